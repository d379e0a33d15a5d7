import { ServiceFault } from '../../core/fault.ts';
import type { Caller } from '../../core/operation.ts';
import { observabilityState } from '../observability/state.ts';
import { credentialsRefusal, instanceCaller, type InstancePlace } from '../sts/instance-credentials.ts';
import { unreachable, type AgentStage } from './agents.ts';
import type { SsmPlace } from './build.ts';
import { pathRefusal } from './reach.ts';
import { endOf } from './sessions.ts';
import { ssmState, type Session } from './state.ts';

/** A session of a place. */
export interface SessionPlace extends SsmPlace {
  readonly sessionId: string;
}

const sessionAt = ({ world }: AgentStage, { account, region, sessionId }: SessionPlace): Session => {
  const session = world.of(ssmState, account, region).sessions.get(sessionId);
  if (session === undefined) throw new Error(`account ${account} has no session ${sessionId} in ${region}`);
  return session;
};

/** A call of the agent, with the instance's own credentials, through the endpoints of its VPC. */
const asAgent = (
  stage: AgentStage,
  on: InstancePlace,
  {
    service,
    operation,
    input,
  }: { readonly service: string; readonly operation: string; readonly input: object },
): Promise<object> => {
  const refused = credentialsRefusal(stage, on) ?? pathRefusal(stage, on, service);
  if (refused !== undefined) return Promise.reject(new ServiceFault('AgentRefused', refused));
  const caller = instanceCaller(stage, on);
  return stage.host.perform({ caller, region: on.region, service, operation, input });
};

/**
 * Has a person's tool open the channel of a session that was started. Under a key, the tool makes a data key and the agent decrypts it, each with rights of its own:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-enable-encryption.html ; where the document asks for an encrypted log group, one without a
 * key is refused; then the agent makes the stream of the session. The stream's name is the session's id (UNCONFIRMED but by the agent's source).
 * What cannot be done ends the session as failed, with the reason.
 *
 * @param person whose tool it is: the caller of StartSession
 * @throws Error with the reason
 */
export const openChannel = async (stage: AgentStage, at: SessionPlace, person: Caller): Promise<void> => {
  const session = sessionAt(stage, at);
  const { document, target } = session;
  const on = { account: at.account, region: at.region, instanceId: target };
  try {
    const refused = unreachable(stage, on);
    if (refused !== undefined) throw new Error(refused);
    if (document.kmsKeyId !== '') {
      const context = { 'aws:ssm:SessionId': session.sessionId, 'aws:ssm:TargetId': target };
      const made = await stage.host.perform({
        caller: person,
        region: at.region,
        service: 'kms',
        operation: 'GenerateDataKey',
        input: { KeyId: document.kmsKeyId, NumberOfBytes: 64, EncryptionContext: context },
      });
      const blob = 'CiphertextBlob' in made ? made.CiphertextBlob : undefined;
      await asAgent(stage, on, {
        service: 'kms',
        operation: 'Decrypt',
        input: { CiphertextBlob: blob, EncryptionContext: context },
      });
    }
    if (document.logGroupName === '') return;
    await asAgent(stage, on, { service: 'logs', operation: 'DescribeLogGroups', input: {} });
    const group = stage.world
      .of(observabilityState, at.account, at.region)
      .logGroups.get(document.logGroupName);
    if (group === undefined) throw new Error(`there is no log group ${document.logGroupName}`);
    if (document.logGroupEncrypted && group.kmsKeyId === undefined)
      throw new Error(`log group ${group.name} is not encrypted, and ${document.name} asks for it`);
    await asAgent(stage, on, {
      service: 'logs',
      operation: 'CreateLogStream',
      input: { logGroupName: group.name, logStreamName: session.sessionId },
    });
  } catch (error) {
    session.failed = true;
    session.endedAt = stage.timeline.now();
    throw new Error(
      `session ${session.sessionId} did not start: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
};

/**
 * What is typed and shown in a session, now: the agent streams it into the log group as one event, "structured as JSON messages" that say who, by which session, on what.
 * Not once the session has ended, and not where the stream was silenced on the host.
 * https://aws.amazon.com/about-aws/whats-new/2020/11/aws-customize-the-idle-session-timeout-and-stream-session-logs-t/
 */
export const typeIn = async (stage: AgentStage, at: SessionPlace, text: string): Promise<void> => {
  const session = sessionAt(stage, at);
  const now = stage.timeline.now();
  if (endOf(session, now) !== undefined) throw new Error(`session ${session.sessionId} has ended`);
  session.activeAt = now;
  const { document, target, owner, sessionId } = session;
  if (session.silenced === true || document.logGroupName === '') return;
  const message = JSON.stringify({
    eventVersion: '1.0',
    eventTime: new Date(now).toISOString(),
    awsRegion: at.region,
    target: { id: target },
    userIdentity: { arn: owner },
    runAsUser: 'ssm-user',
    sessionId,
    sessionData: text.split('\n'),
  });
  await asAgent(
    stage,
    { account: at.account, region: at.region, instanceId: target },
    {
      service: 'logs',
      operation: 'PutLogEvents',
      input: {
        logGroupName: document.logGroupName,
        logStreamName: sessionId,
        logEvents: [{ timestamp: now, message }],
      },
    },
  );
};

/** Somebody who is root on the host keeps the agent from streaming: the session goes on, and nothing more of it is recorded. */
export const silence = (stage: AgentStage, at: SessionPlace): void => {
  sessionAt(stage, at).silenced = true;
};
