import type { OperatorRefusal, OperatorReply } from '@cordon/incident';

/** An answer that says why nothing was done, and what to do next. */
export const refused = (
  code: OperatorRefusal,
  because: string,
): Extract<OperatorReply, { status: 'refused' }> => ({ status: 'refused', code, because });
