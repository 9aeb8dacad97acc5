/** kubedyno as a library: what a program of your own can build on. */
export { formatSave } from '../native/iptables/index.ts';
export { type IpvsClient, IpvsError, type IpvsOperation, openIpvs } from '../native/ipvs/index.ts';
export { loadObjects } from './api/index.ts';
export { loadLab } from './lab/load-lab.ts';
export { readRecords } from './lab/read-records.ts';
export type { Arm, Measure, Point, ResultRecord, SliceRecord } from './lab/records.ts';
export { LoadPool, type SliceLoad, type SliceOptions } from './load/index.ts';
export { resolveServices } from './proxy/endpoints/index.ts';
export { createDataPlane, type DataPlaneOptions } from './proxy/registry.ts';
export { type DataPlane, type DataPlaneMode, dataPlaneModes, ipvsSchedulers, type ServicePort } from './proxy/types.ts';
export { writeReport } from './report/write-report.ts';
export { type Figure, hodgesLehmann, jainIndex, medianFigure, pairedRatio, percentile } from './stats/index.ts';
