import type { StepOutcome } from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { instant, type Services } from '../services.ts';

/** AWS says no for a reason of state or kind, not of chance: repeating it cannot help. */
const REFUSALS = /^(UnsupportedOperation|OperationNotPermitted|InvalidParameter|InvalidInstanceID|Incorrect)/;

/**
 * Performs one step of the plan and says what became of it; a fault is a value, so that one step's failure never keeps the
 * next from being tried. Bugs of ours still crash.
 */
export const attempt = async (
  id: string,
  services: Services,
  act: () => Promise<string>,
): Promise<StepOutcome> => {
  try {
    const detail = await act();
    return { id, status: 'done', detail, at: instant(services) };
  } catch (error) {
    const fault = classify(error);
    return {
      id,
      status: REFUSALS.test(fault.code) ? 'refused' : 'failed',
      detail: `${fault.code}: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 300)}; ${fault.hint}`,
      at: instant(services),
    };
  }
};
