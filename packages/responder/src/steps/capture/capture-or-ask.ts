import type {
  CaptureInput,
  CaptureOutput,
  DropInput,
  LandInput,
  LiveInput,
  LiveOutput,
} from '@cordon/incident';
import type { Services } from '../../services.ts';
import { capture } from './capture-memory.ts';
import { drop } from './drop.ts';
import { land } from './land.ts';
import { liveResponse } from './live-response.ts';

/** What the duty that may send commands is asked: to capture memory, to carry on what was landed, to drop its volumes, or to have the host say what it is doing. */
export const captureOrAsk = (
  input: CaptureInput | DropInput | LandInput | LiveInput,
  services: Services,
): Promise<CaptureOutput | LiveOutput> => {
  if ('live' in input) return liveResponse(input, services);
  if ('drop' in input) return drop(input, services);
  return 'land' in input ? land(input, services) : capture(input, services);
};
