import type { StepOutcome } from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { changes, hearing, tellCalls } from '../aws/heard-calls.ts';
import { instant, type Services } from '../services.ts';

/** AWS says no for a reason of state or kind, not of chance: repeating it cannot help. */
const REFUSALS = /^(UnsupportedOperation|OperationNotPermitted|InvalidParameter|InvalidInstanceID|Incorrect)/;

/** A step that cannot be done, for a reason that we know: told word for word, for it already says what to do next. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** What was done, and to what, where the plan does not name it. */
export interface Done {
  readonly detail: string;
  /** ARN. */
  readonly on?: string;
}

/**
 * Performs one step of the plan and says what became of it; a fault is a value, so that one step's failure never keeps the
 * next from being tried. Bugs of ours still crash.
 */
export const attempt = async (
  id: string,
  services: Services,
  act: () => Promise<string | Done>,
): Promise<StepOutcome> => {
  try {
    const { given: done, ...heard } = await hearing(services.now, act, changes);
    const said: Done = typeof done === 'string' ? { detail: done } : done;
    return { id, status: 'done', ...said, at: instant(services), ...tellCalls(heard) };
  } catch (error) {
    if (error instanceof NotDone)
      return { id, status: 'refused', detail: error.message, at: instant(services) };
    const fault = classify(error);
    return {
      id,
      status: REFUSALS.test(fault.code) ? 'refused' : 'failed',
      detail: `${fault.code}: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 300)}; ${fault.hint}`,
      at: instant(services),
    };
  }
};
