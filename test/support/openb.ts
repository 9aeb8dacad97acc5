/** Where the openb trace is, for tests that read it; it is not part of the project. */
import { existsSync } from 'node:fs';

const places = [process.env.OPENB_TRACE, 'data/openb', '../shared/data/openb'];

/** Undefined where it is not on this machine. */
export const openbFolder = places.find((place) => place !== undefined && existsSync(place));

/** To be put after the title of a suite that needs the trace: skipped tests then say why. */
export const openbObstacle =
  openbFolder === undefined ? ' [skipped: no openb trace here; OPENB_TRACE names its folder]' : '';
