/** What session.ts prints where everything is allowed. */
export const allowedOutcomes = {
  written: ['KUBE-filter', 'KUBE-nat', 'KUBE-mangle', 'KUBE-raw'],
  rewritten: 'KUBE-19',
  otherSet: 'no-such-set',
  unknownExtension: 'unknown-extension',
  shortRequest: 'replace',
  zeroRequest: 'info',
  noTable: 'info',
  noName: 'TypeError',
  noBytes: 'TypeError',
  noNamespace: 'namespace',
  longSetName: 'none',
  unknownSetIndex: '',
  longExtension: false,
  knownExtension: true,
};
