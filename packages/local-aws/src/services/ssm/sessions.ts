import type {
  DescribeSessionsCommandInput,
  DescribeSessionsCommandOutput,
  Session as ShownSession,
  StartSessionCommandInput,
  StartSessionCommandOutput,
  TerminateSessionCommandInput,
  TerminateSessionCommandOutput,
} from '@aws-sdk/client-ssm';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { ec2State } from '../ec2/state.ts';
import { takePage } from '../page.ts';
import { pingStatus } from './agents.ts';
import { tagKeys } from './documents.ts';
import { badToken, onAll } from './invocations.ts';
import { ssmState, type Session } from './state.ts';

const MINUTE = 60_000;
/** "up to 30 days" of sessions that ended. https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-view-history.html */
const HISTORY_MS = 30 * 24 * 60 * MINUTE;
/** Without a document named, the account's own preferences. https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-default-session-document.html */
const PREFERENCES = 'SSM-SessionManagerRunShell';

const sessionsOf = ({ world, caller: { account }, region }: Call): Map<string, Session> =>
  world.of(ssmState, account, region).sessions;

const arn = (call: Call, rest: string): string =>
  `arn:${call.world.facts.partition}:ssm:${call.region}:${call.caller.account}:${rest}`;

/** Who the caller is in CloudTrail, and the name that its sessions begin with. */
const whoIs = ({ principal, account }: Call['caller']): { readonly arn: string; readonly name: string } => {
  const own = 'sessionArn' in principal ? principal.sessionArn : `arn:aws:iam::${account}:root`;
  return { arn: own, name: own.slice(own.lastIndexOf('/') + 1) };
};

/**
 * The instance, and the document: AWS checks the second where a policy asks for it, which is taken for always (the stricter reading).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html
 */
const startChecks = (input: StartSessionCommandInput, call: Call): readonly Check[] => {
  const { Target: target = '*', DocumentName: name = PREFERENCES } = input;
  const { account } = call.caller;
  const tags = call.world.of(ec2State, account, call.region).instances.get(target)?.tags;
  return [
    {
      action: 'ssm:StartSession',
      resource: `arn:${call.world.facts.partition}:ec2:${call.region}:${account}:instance/${target}`,
      context: { ...tagKeys(tags), 'ssm:SessionDocumentAccessCheck': 'true' },
    },
    {
      action: 'ssm:StartSession',
      resource: arn(call, `document/${name}`),
      context: { 'ssm:SessionDocumentAccessCheck': 'true', 'ssm:DocumentType': 'Session' },
      assumed: true,
    },
  ];
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html : by a session document of the account's own. */
const startSession = operation<StartSessionCommandInput, Omit<StartSessionCommandOutput, '$metadata'>>({
  checks: startChecks,
  run: (input, call) => {
    acceptMembers(input, 'StartSession', ['Target', 'DocumentName', 'Reason']);
    const { account } = call.caller;
    const { Target: target = '', DocumentName: documentName } = input;
    const { agents, sessionDocuments } = call.world.of(ssmState, account, call.region);
    if (documentName === undefined) throw unimplemented('a session without DocumentName', 'StartSession');
    const document = sessionDocuments.get(documentName);
    if (document === undefined)
      throw new ServiceFault('InvalidDocument', `Document with name ${documentName} does not exist.`);
    const agent = agents.get(target);
    const instance = call.world.of(ec2State, account, call.region).instances.get(target);
    if (agent === undefined || instance?.state !== 'running' || pingStatus(agent, call.now) !== 'Online')
      throw new ServiceFault('TargetNotConnected', `${target} is not connected.`);
    const who = whoIs(call.caller);
    const sessionId = `${who.name}-${call.ids.hex('ssm-session', 17)}`;
    const userId = call.caller.context['aws:userid'];
    sessionsOf(call).set(sessionId, {
      sessionId,
      target,
      owner: who.arn,
      userId: typeof userId === 'string' ? userId : who.name,
      document,
      startedAt: call.now,
      activeAt: call.now,
    });
    return {
      SessionId: sessionId,
      TokenValue: call.ids.hex('ssm-session-token', 64),
      StreamUrl: `wss://ssmmessages.${call.region}.amazonaws.com/v1/data-channel/${sessionId}?role=publish_subscribe`,
    };
  },
});

/**
 * When a session ended, if it has: by a person, because it failed, because nobody typed for its idle time, or when its longest time was over.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-timeout.html
 */
export const endOf = (session: Session, now: number): number | undefined => {
  const { document, startedAt, activeAt, endedAt } = session;
  const due = Math.min(
    activeAt + document.idleMinutes * MINUTE,
    startedAt + document.longestMinutes * MINUTE,
    endedAt ?? Infinity,
  );
  return due <= now ? due : undefined;
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_TerminateSession.html */
const terminateSession = operation<
  TerminateSessionCommandInput,
  Omit<TerminateSessionCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const session = sessionsOf(call).get(input.SessionId ?? '');
    return [
      {
        action: 'ssm:TerminateSession',
        resource: arn(call, `session/${input.SessionId ?? '*'}`),
        ...(session === undefined
          ? {}
          : {
              // Tags that Session Manager gives, which are not those of a resource.
              context: {
                'ssm:resourceTag/aws:ssmmessages:session-id': session.userId,
                'ssm:resourceTag/aws:ssmmessages:target-id': session.target,
              },
            }),
      },
    ];
  },
  run: (input, call) => {
    acceptMembers(input, 'TerminateSession', ['SessionId']);
    const session = sessionsOf(call).get(input.SessionId ?? '');
    if (session === undefined)
      throw new ServiceFault('DoesNotExistException', `Session ${input.SessionId ?? ''} does not exist.`);
    if (endOf(session, call.now) === undefined) session.endedAt = call.now;
    return { SessionId: session.sessionId };
  },
});

const shown = (session: Session, now: number): ShownSession => {
  const end = endOf(session, now);
  return {
    SessionId: session.sessionId,
    Target: session.target,
    Owner: session.owner,
    DocumentName: session.document.name,
    StartDate: new Date(session.startedAt),
    Status: session.failed === true ? 'Failed' : end === undefined ? 'Connected' : 'Terminated',
    ...(end === undefined ? {} : { EndDate: new Date(end) }),
  };
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeSessions.html : the filter InvokedAfter alone. */
const describeSessions = operation<
  DescribeSessionsCommandInput,
  Omit<DescribeSessionsCommandOutput, '$metadata'>
>({
  checks: () => onAll('DescribeSessions'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeSessions', ['State', 'Filters', 'MaxResults', 'NextToken']);
    const { State: state, Filters: filters = [], MaxResults: size = 200, NextToken: token } = input;
    // "Minimum value of 1. Maximum value of 200."
    if (size < 1 || size > 200)
      throw new ServiceFault('ValidationException', `MaxResults is ${size}: want 1 to 200`);
    const after = filters.reduce((at, { key = '', value = '' }) => {
      if (key !== 'InvokedAfter') throw unimplemented(`filter ${key}`, 'DescribeSessions');
      return Math.max(at, Date.parse(value));
    }, call.now - HISTORY_MS);
    const found = [...sessionsOf(call).values()]
      .filter(({ startedAt }) => startedAt >= after)
      .map((session) => shown(session, call.now))
      .filter(({ EndDate: end }) => (end === undefined) === (state === 'Active'));
    const { items, next } = takePage(found, { token, size }, badToken);
    return { Sessions: [...items], ...(next === undefined ? {} : { NextToken: next }) };
  },
});

/** Operations of Session Manager. */
export const sessionOperations: Readonly<Record<string, Operation>> = {
  StartSession: startSession,
  TerminateSession: terminateSession,
  DescribeSessions: describeSessions,
};
