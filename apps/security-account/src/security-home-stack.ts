import { Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CordonConfig } from '@cordon/incident';
import { Coverage } from './coverage.ts';
import { ChangePath } from './change-path.ts';
import { Dashboard } from './dashboard.ts';
import { FindingPath } from './finding-path.ts';
import { Heartbeat } from './heartbeat.ts';
import { HomeAlarms } from './home-alarms.ts';
import { approvalsTable, incidentTable } from './incident-table.ts';
import { Notifications } from './notifications.ts';
import { Operator } from './operator.ts';
import { ResponseWorkflow } from './response-workflow.ts';
import { Schedules } from './schedules.ts';
import { STEP_TIMEOUT_SECONDS, Steps } from './steps.ts';
import { Topic } from './topic.ts';

/** What the stack is made of. */
interface SecurityHomeStackProps {
  readonly config: CordonConfig;
  /** Folder that holds one bundle per step. */
  readonly codeRoot: string;
}

/** The security account's home Region: findings in, workflow, incident table, people told. */
export class SecurityHomeStack extends Stack {
  constructor(scope: Construct, id: string, { config, codeRoot }: SecurityHomeStackProps) {
    super(scope, id, {
      description: 'Cordon: intake, response workflow and incident table',
      terminationProtection: true,
    });
    const topic = new Topic(this, 'Topic', config.accounts);
    const path = new FindingPath(this, 'Findings', {
      config,
      intakeTimeoutSeconds: STEP_TIMEOUT_SECONDS.intake,
    });
    incidentTable(this);
    approvalsTable(this);
    const steps = new Steps(this, 'Steps', { config, codeRoot });
    steps.takeFrom(path.findings);
    const changePath = new ChangePath(this, 'ChangePath', {
      config,
      watchTimeoutSeconds: STEP_TIMEOUT_SECONDS.watch,
    });
    steps.lookAt(changePath.changes);
    new Schedules(this, 'Schedules', steps.functions);
    const operator = new Operator(this, 'Operator', { config, codeRoot });
    const workflow = new ResponseWorkflow(this, 'Workflow', {
      config,
      functions: steps.functions,
      operator: operator.handler,
    });
    const notifications =
      config.notifications &&
      new Notifications(this, 'Notifications', {
        config,
        settings: config.notifications,
        codeRoot,
        topic: topic.arn,
      });
    const coverage =
      config.coverage && new Coverage(this, 'Coverage', { config, codeRoot, steps, topic: topic.arn });
    const heartbeat =
      config.heartbeat && new Heartbeat(this, 'Heartbeat', { config, codeRoot, topic: topic.arn });
    const alarms = new HomeAlarms(this, 'Alarms', { path, workflow, topic: topic.arn });
    new Dashboard(this, 'Dashboard', {
      config,
      path,
      workflow,
      alarms: [
        ...alarms.names,
        ...[notifications, coverage, heartbeat].flatMap((part) => part?.alarms ?? []),
      ],
      functions: this.node
        .findAll()
        .flatMap((one) => (one instanceof CfnFunction ? (one.functionName ?? []) : [])),
    });
  }
}
