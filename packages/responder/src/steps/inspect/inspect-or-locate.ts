import type {
  InspectInput,
  InspectOutput,
  LocateInput,
  LocateOutput,
  PreviewInput,
  PreviewOutput,
} from '@cordon/incident';
import type { Services } from '../../services.ts';
import { inspect, previewPlan } from './inspect.ts';
import { locateInstance } from './locate.ts';

/** What the inspect duty is asked: gather facts and plan, show what would be planned, or find an instance. */
export const inspectOrLocate = (
  input: InspectInput | PreviewInput | LocateInput,
  services: Services,
): Promise<InspectOutput | PreviewOutput | LocateOutput> => {
  if ('locate' in input) return locateInstance(input, services);
  return 'preview' in input ? previewPlan(input, services) : inspect(input, services);
};
