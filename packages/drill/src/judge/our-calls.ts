import {
  DUTIES,
  dutyRoleName,
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  QUARANTINE_PROFILE_NAME,
  type Duty,
} from '@cordon/incident';
import { iamState, type JournalCall, type World } from '@cordon/local-aws';
import type { Remains } from './remains.ts';

/** One call that a principal of Cordon's made, and as whom. */
export interface OurCall {
  readonly call: JournalCall;
  readonly account: string;
  readonly role: string;
  readonly session: string;
  /** Absent for a function's own role. */
  readonly duty: Duty | undefined;
  /** True when the call took effect, even if its reply was lost. */
  readonly ok: boolean;
}

/** Roles below our path that are not ours to act with: they belong to machines that others may hold. */
const MACHINE_ROLES: readonly string[] = [QUARANTINE_PROFILE_NAME, FORENSIC_MACHINE_ROLE_NAME];

const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

const isOurRole = (world: World, account: string, role: string): boolean =>
  world.of(iamState, account, '').roles.get(role)?.path === IAM_PATH && !MACHINE_ROLES.includes(role);

/** Every call of a role below `/cordon/`, in the order in which they took effect. */
export const ourCalls = ({ organization: { world, journal }, accounts }: Remains): readonly OurCall[] =>
  journal.calls.flatMap((call) => {
    const [, account, role, session] = SESSION.exec(call.caller) ?? [];
    if (
      account === undefined ||
      role === undefined ||
      session === undefined ||
      !isOurRole(world, account, role)
    )
      return [];
    // In the security account the role of a step's function may bear the name of a duty (`cordon-inspect`).
    const duty = account === accounts.security ? undefined : DUTIES.find((one) => dutyRoleName(one) === role);
    return [{ call, account, role, session, duty, ok: call.outcome === 'ok' }];
  });

/** How a call is named to a reader: what, by whom, when. */
export const nameOf = ({ call, role }: OurCall): string =>
  `call ${call.index} ${call.service} ${call.operation} by ${role}`;
