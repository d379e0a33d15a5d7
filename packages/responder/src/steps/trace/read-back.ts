import { IAMClient } from '@aws-sdk/client-iam';
import {
  chainedDenyPolicyName,
  chainOf,
  deniesChained,
  type ChainedSession,
  type SessionDenyWay,
  type Trace,
} from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { SESSION_DENY_READS } from '../../needs/inspect.ts';
import { sessionDenyPolicyArn } from '../../needs/revoke.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident } from '../../services.ts';
import { roleOfArn } from '../deny-chained.ts';
import { whyNotDenied } from '../read-deny.ts';
import type { Tracing } from './read-regions.ts';

/** Reads back, with the inspect duty of each role's account, the denies that were made since the last call. */
export const readBack = async (
  trace: Trace,
  reading: Tracing & { readonly by: SessionDenyWay },
): Promise<Trace> => {
  const waiting = trace.denies.filter(({ held }) => !held);
  if (waiting.length === 0) return trace;
  const { sessions } = chainOf(trace, reading.incident);
  const denies = await Promise.all(
    trace.denies.map(async (deny) => {
      const session = sessions.find(({ id }) => id === deny.id);
      if (deny.held || session === undefined) return deny;
      return { ...deny, held: await holds(session, reading) };
    }),
  );
  return { ...trace, denies };
};

const holds = async (
  session: ChainedSession,
  { incident, services, by }: Tracing & { readonly by: SessionDenyWay },
): Promise<boolean> => {
  const { account } = session;
  try {
    const connection = await services.reach({
      ...ofIncident(services, incident),
      account,
      duty: 'inspect',
      policy: sessionPolicy({
        reads: ['iam:GetRole', 'iam:ListAttachedRolePolicies', ...SESSION_DENY_READS[by]],
      }),
    });
    const missing = await whyNotDenied(clientFor(IAMClient, connection), {
      roleName: roleOfArn(session.roleArn).name,
      by,
      sessionName: session.sessionName,
      policyArn: sessionDenyPolicyArn({ partition: services.partition, account }),
      written: {
        name: chainedDenyPolicyName(incident.instanceId, session.id),
        isOurs: (document) => deniesChained(document, session),
      },
    });
    return missing === undefined;
  } catch (error) {
    faultCode(error);
    return false;
  }
};
