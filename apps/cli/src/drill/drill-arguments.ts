import type { Through } from '@cordon/drill';
import { replayLine } from '../replay-line.ts';

/** Options of `cordon drill` as commander gives them. */
export interface DrillArguments {
  readonly finding?: string;
  readonly forged?: true;
  readonly organization?: string;
  readonly scenario: string;
  readonly listScenarios?: true;
  readonly seed: string;
  readonly through: Through;
  readonly out?: string;
  readonly json?: true;
  readonly calls?: true;
}

/** The one line that runs the same drill again; options that change no byte of the result are left out. */
export const replayOf = ({
  scenario,
  seed,
  through,
  finding,
  forged,
  organization,
}: DrillArguments): string =>
  replayLine([
    'drill',
    '--scenario',
    scenario,
    '--seed',
    seed,
    ...(through === 'seal' ? [] : ['--through', through]),
    ...(finding === undefined ? [] : ['--finding', finding]),
    ...(forged === undefined ? [] : ['--forged']),
    ...(organization === undefined ? [] : ['--organization', organization]),
  ]);
