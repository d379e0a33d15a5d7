import { roleByArn, iamState } from '../services/iam/state.ts';
import { roleSession } from '../services/sts/role-session.ts';
import { decide } from './authorize.ts';
import { endpointRoute } from './endpoint-route.ts';
import { ServiceFault } from './fault.ts';
import type { Identities } from './identities.ts';
import type { Journal } from './journal.ts';
import type { Host } from './operation.ts';
import { perform, type Stage } from './perform.ts';

/** The parts of the host that belong to one service each. */
export type ServiceDuties = Pick<
  Host,
  'invokeFunction' | 'deliverEvent' | 'startExecution' | 'send' | 'stacks'
>;

const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));

/** Makes the host through which services reach each other; `duties` are called late, so that they may use the host themselves. */
export const makeHost = (
  on: Omit<Stage, 'host'> & { readonly identities: Identities; readonly journal: Journal },
  duties: () => ServiceDuties,
): Host => {
  const { world, timeline, ids, identities, journal, services, authorize } = on;
  const host: Host = {
    invokeFunction: (arn, payload) => duties().invokeFunction(arn, payload),
    deliverEvent: (busArn, event) => duties().deliverEvent(busArn, event),
    send: (request, from) => duties().send(request, from),
    startExecution: (stateMachineArn, name, input) => duties().startExecution(stateMachineArn, name, input),
    get stacks() {
      return duties().stacks;
    },
    decideFor: (caller, region, check) => {
      const through = endpointRoute(world, caller, { service: serviceOf(check.action), region });
      const asking = { world, services, caller, region, now: timeline.now(), authorize };
      return decide({ ...asking, ...(through === undefined ? {} : { through }) }, check);
    },
    callerForRole: (roleArn, sessionName) => {
      const account = roleArn.split(':')[4] ?? '';
      const role = roleByArn(world.of(iamState, account, ''), roleArn);
      if (role === undefined)
        throw new ServiceFault('AccessDenied', `role ${roleArn} cannot be assumed: it does not exist`, {
          status: 403,
        });
      return roleSession(world, role, { name: sessionName, now: timeline.now() });
    },
    issueCredentials: (caller, seconds) => identities.issue(caller, timeline.now(), seconds),
    recordedCalls: () =>
      journal.calls.map((call) => ({ call, caller: identities.find(call.accessKeyId)?.caller })),
    perform: async (request) =>
      perform({ ...on, host }, request, { requestId: ids.uuid('request'), checked: () => {} }),
  };
  return host;
};
