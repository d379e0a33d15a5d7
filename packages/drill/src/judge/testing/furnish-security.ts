import {
  FINDINGS_QUEUE_NAME,
  functionName,
  IAM_PATH,
  INCIDENT_TABLE_NAME,
  SET_ASIDE_QUEUE_NAME,
  STATE_MACHINE_NAME,
  STEPS,
} from '@cordon/incident';
import {
  addRole,
  compileStateMachine,
  dynamodbState,
  sqsState,
  statesState,
  type Execution,
  type Ids,
  type Queue,
  type Table,
  type World,
} from '@cordon/local-aws';
import { ACCOUNTS, INCIDENT, MEMBER, REGION, START, SUSPECT } from './places.ts';

const { security } = ACCOUNTS;

const queue = (name: string): Queue => ({
  name,
  arn: `arn:aws:sqs:${REGION}:${security}:${name}`,
  url: `https://sqs.${REGION}.amazonaws.com/${security}/${name}`,
  account: security,
  region: REGION,
  createdAt: START,
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 86_400,
  delaySeconds: 0,
  maximumMessageBytes: 1_048_576,
  encryption: { sqsManaged: true },
  tags: new Map(),
  messages: [],
  listeners: new Set(),
});

/** Puts a message into a queue of the security account, as it would lie there. */
export const putMessage = (
  world: World,
  name: string,
  body: string,
  attributes: Readonly<Record<string, string>> = {},
): void => {
  world
    .of(sqsState, security, REGION)
    .queues.get(name)
    ?.messages.push({
      messageId: `message-${body.length}`,
      body,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
      ),
      senderId: 'AROA',
      sentAt: START,
      visibleAt: START,
      receiveCount: 0,
    });
};

/** Puts a row into the incident table that says which incident holds an instance. */
export const putOpenRow = (world: World, instanceId: string, incidentId: string): void => {
  const text = (value: string) => ({ type: 'S', value }) as const;
  const pk = `instance#${MEMBER}#${REGION}#${instanceId}`;
  world
    .of(dynamodbState, security, REGION)
    .tables.get(INCIDENT_TABLE_NAME)
    ?.items.set(
      `${pk}/open`,
      new Map(Object.entries({ pk: text(pk), sk: text('open'), incidentId: text(incidentId) })),
    );
};

/** Puts an execution of the workflow as it ended, or runs still. */
export const putExecution = (world: World, name: string, status: Execution['status']): void => {
  const machineArn = `arn:aws:states:${REGION}:${security}:stateMachine:${STATE_MACHINE_NAME}`;
  world
    .of(statesState, security, REGION)
    .machines.get(STATE_MACHINE_NAME)
    ?.executions.set(name, {
      arn: `${machineArn.replace('stateMachine', 'execution')}:${name}`,
      name,
      machineArn,
      input: '{}',
      startedAt: START + 400,
      history: [
        { id: 1, previousEventId: 0, timestamp: START + 450, type: 'TaskStateEntered', stateName: 'Inspect' },
      ],
      stop: new AbortController(),
      status,
    });
};

/** The security account as a good run leaves it: functions' roles, one open row, empty queues, one execution that ended well. */
export const furnishSecurity = (world: World, ids: Ids): void => {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  for (const step of STEPS)
    addRole(
      world,
      { account: security, name: functionName(step), path: IAM_PATH, trust },
      { ids, now: START },
    );
  for (const name of [FINDINGS_QUEUE_NAME, SET_ASIDE_QUEUE_NAME])
    world.of(sqsState, security, REGION).queues.set(name, queue(name));
  const table: Table = {
    name: INCIDENT_TABLE_NAME,
    arn: `arn:aws:dynamodb:${REGION}:${security}:table/${INCIDENT_TABLE_NAME}`,
    account: security,
    region: REGION,
    partitionKey: { name: 'pk', type: 'S' },
    sortKey: { name: 'sk', type: 'S' },
    pointInTimeRecovery: true,
    deletionProtection: true,
    tags: new Map(),
    items: new Map(),
  };
  world.of(dynamodbState, security, REGION).tables.set(INCIDENT_TABLE_NAME, table);
  putOpenRow(world, SUSPECT, INCIDENT);
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Done',
    States: { Done: { Type: 'Succeed' } },
  });
  const arn = `arn:aws:states:${REGION}:${security}:stateMachine:${STATE_MACHINE_NAME}`;
  world.of(statesState, security, REGION).machines.set(STATE_MACHINE_NAME, {
    arn,
    name: STATE_MACHINE_NAME,
    roleArn: `arn:aws:iam::${security}:role${IAM_PATH}${STATE_MACHINE_NAME}`,
    definition,
    compiled: compileStateMachine(JSON.parse(definition)),
    createdAt: START,
    executions: new Map(),
    mapRuns: new Map(),
  });
  putExecution(world, INCIDENT, 'SUCCEEDED');
};
