/** Prints each test's outcome as one JSON line: what the suite outside the guest reads. */
export default class GuestReporter {
  constructor(runner) {
    const print = (state, test, error) =>
      console.log(
        JSON.stringify({
          state,
          suite: test.parent?.fullTitle() ?? '',
          title: test.title,
          file: test.file,
          error: error?.stack ?? error?.message,
        }),
      );
    runner.on('pass', (test) => print('passed', test));
    runner.on('pending', (test) => print('skipped', test));
    runner.on('fail', (test, error) => print('failed', test, error));
  }
}
