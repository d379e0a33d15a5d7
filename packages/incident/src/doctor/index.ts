export { servicesOf, STACK_SETS_PRINCIPAL } from './checks/organization.ts';
export { countResults, examine } from './examine.ts';
export type {
  AccountFact,
  AutoEnableFact,
  ControlDenial,
  ControlFacts,
  DoctorFacts,
  ForensicFact,
  GuardDutyFact,
  GuardrailFact,
  InstanceFact,
  KeyFact,
  OwnAccount,
  PlansFact,
  QuotaId,
  StackSetFact,
} from './facts.ts';
export type { DoctorLine, LineResult } from './line.ts';
export type { Reading } from './reading.ts';
export { samePolicy } from './same-policy.ts';
