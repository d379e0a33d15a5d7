import type {
  CaptureInput,
  CaptureOutput,
  DropInput,
  LandInput,
  LiveInput,
  LiveOutput,
} from '@cordon/incident';
import type { Services } from '../../services.ts';
import { captureOrDrop } from './capture-memory.ts';
import { liveResponse } from './live-response.ts';

/** What the duty that may send commands is asked: to capture memory, to carry on what was landed, to drop its volumes, or to have the host say what it is doing. */
export const captureOrAsk = (
  input: CaptureInput | DropInput | LandInput | LiveInput,
  services: Services,
): Promise<CaptureOutput | LiveOutput> =>
  'live' in input ? liveResponse(input, services) : captureOrDrop(input, services);
