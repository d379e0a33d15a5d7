import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { guardDutyState, type Detector } from './state.ts';

/** GuardDuty's one client error. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html */
export const badRequest = (message: string): ServiceFault =>
  new ServiceFault('BadRequestException', message, { fields: { Type: 'InvalidInputException' } });

/**
 * The check on reading findings and members, which knows no resources: a policy that names a detector allows none of it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html#amazonguardduty-actions-as-permissions
 */
export const readCheck = (action: string): readonly Check[] => [
  { action: `guardduty:${action}`, resource: '*' },
];

/** The caller's own detector with this id. @throws ServiceFault BadRequestException */
export const detectorOf = (call: Call, detectorId: string | undefined): Detector => {
  const { detector } = call.world.of(guardDutyState, call.caller.account, call.region);
  if (detector !== undefined && detector.detectorId === detectorId) return detector;
  throw badRequest(
    'The request is rejected because the input detectorId is not owned by the current account.',
  );
};
