import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  IAM_PATH,
  STATE_MACHINE_NAME,
  WORKFLOW_STEPS,
  type CordonConfig,
  type StepName,
} from '@cordon/incident';
import { LOG_RETENTION_DAYS, policyDocument, serviceTrust, type HandlerFunction } from '@cordon/constructs';
import { workflowTraceStatements, type Statement } from '@cordon/responder/needs';
import { perStep } from './per-step.ts';
import { workflow } from './workflow.ts';

/**
 * What Step Functions asks of a role that writes execution logs; none has a resource level.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
 */
const DELIVER_LOGS = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/**
 * What a distributed Map asks of the role of its own machine, named instead of referred to, for the machine waits for its role: to start children, to see
 * how they end and to stop them, and to go on with them when their execution is redriven. Labels of Map Runs are made up by Step Functions.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
const runChildren = (stack: Stack): readonly Statement[] => {
  const arn = (rest: string): string =>
    `arn:${stack.partition}:states:${stack.region}:${stack.account}:${rest}`;
  return [
    {
      Sid: 'StartChildren',
      Effect: 'Allow',
      Action: 'states:StartExecution',
      Resource: arn(`stateMachine:${STATE_MACHINE_NAME}`),
    },
    {
      Sid: 'FollowChildren',
      Effect: 'Allow',
      Action: ['states:DescribeExecution', 'states:StopExecution'],
      Resource: arn(`execution:${STATE_MACHINE_NAME}:*`),
    },
    {
      Sid: 'RedriveChildren',
      Effect: 'Allow',
      Action: 'states:RedriveExecution',
      Resource: arn(`execution:${STATE_MACHINE_NAME}/*:*`),
    },
  ];
};

/** What the state machine is made of. */
interface ResponseWorkflowProps {
  readonly config: CordonConfig;
  readonly functions: Readonly<Record<StepName, HandlerFunction>>;
  /** The function that people decide by. */
  readonly operator: HandlerFunction;
}

/** The response workflow: it may call the functions of its steps, and nothing else of the account. */
export class ResponseWorkflow extends Construct {
  readonly resource: CfnStateMachine;

  constructor(scope: Construct, id: string, props: ResponseWorkflowProps) {
    super(scope, id);
    const { config, functions, operator } = props;
    // For so long the seal waits for the hashing of blocks, where they are hashed: nothing else is fanned out into children.
    const hashingHours = config.evidence.blockHashes?.hoursAtMost;
    const arns = perStep((step) => functions[step].resource.attrArn);
    const logs = new CfnLogGroup(this, 'Logs', {
      // Under this prefix the log service's resource policy stays short however many state machines there are.
      logGroupName: `/aws/vendedlogs/states/${STATE_MACHINE_NAME}`,
      retentionInDays: LOG_RETENTION_DAYS,
    });
    logs.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const role = new CfnRole(this, 'Role', {
      roleName: STATE_MACHINE_NAME,
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('states.amazonaws.com', config.accounts.security),
      policies: [
        {
          policyName: 'workflow',
          policyDocument: policyDocument([
            {
              Sid: 'CallSteps',
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: [...WORKFLOW_STEPS.map((step) => arns[step]), operator.resource.attrArn],
            },
            { Sid: 'DeliverLogs', Effect: 'Allow', Action: DELIVER_LOGS, Resource: '*' },
            ...(hashingHours !== undefined ? runChildren(Stack.of(this)) : []),
            ...workflowTraceStatements(config),
          ]),
        },
      ],
    });
    this.resource = new CfnStateMachine(this, 'StateMachine', {
      stateMachineName: STATE_MACHINE_NAME,
      stateMachineType: 'STANDARD',
      definitionString: Stack.of(this).toJsonString(
        workflow(
          arns,
          {
            operatorArn: operator.resource.attrArn,
            expiresAfterSeconds: config.approvals.expiresAfterMinutes * 60,
          },
          hashingHours,
        ),
      ),
      roleArn: role.attrArn,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: true,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.attrArn } }],
      },
      ...(config.xray === undefined ? {} : { tracingConfiguration: { enabled: true } }),
    });
  }
}
