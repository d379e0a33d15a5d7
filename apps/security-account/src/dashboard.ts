import { Aws, Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, type CordonConfig, type MetricName, type PhaseEvent } from '@cordon/incident';
import type { FindingPath } from './finding-path.ts';
import type { ResponseWorkflow } from './response-workflow.ts';

/** What the dashboard shows. */
interface DashboardProps {
  readonly config: CordonConfig;
  readonly path: FindingPath;
  readonly workflow: ResponseWorkflow;
  /** Names of the alarms of this stack. */
  readonly alarms: readonly string[];
  /** Names of its functions. */
  readonly functions: readonly string[];
}

/** Name of the dashboard in the home Region of the security account. */
const DASHBOARD_NAME = 'cordon';
/** Widgets stand two in a row; https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const HALF = 12;
const HEIGHT = 6;
/** What happened to incidents, and what stands still. */
const PHASES: readonly PhaseEvent['kind'][] = [
  'incident-opened',
  'contained',
  'containment-open',
  'containment-drifted',
  'incident-sealed',
  'needs-a-person',
];
const EVIDENCE: readonly PhaseEvent['kind'][] = ['evidence-secured', 'evidence-queued', 'evidence-missing'];

/** A metric in a widget's terms: namespace, name, then pairs of a dimension and its value. */
type Metric = readonly (string | { readonly stat: string; readonly label?: string })[];

const ours = (name: MetricName, dimension: string, of: string, stat: string): Metric => [
  METRICS_NAMESPACE,
  name,
  dimension,
  of,
  { stat, label: `${of} ${stat}` },
];

/** One page that says how the response does: how fast, what is open, what fails, what waits. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const charts = chartsOf(props);
    const widgets = [
      {
        type: 'alarm',
        width: 2 * HALF,
        height: HEIGHT,
        properties: {
          title: 'Alarms: each has a runbook of its name',
          alarms: props.alarms.map(
            (name) => `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:${name}`,
          ),
        },
      },
      ...charts.map(({ title, metrics, stat }, index) => ({
        type: 'metric',
        x: (index % 2) * HALF,
        y: HEIGHT + Math.floor(index / 2) * HEIGHT,
        width: HALF,
        height: HEIGHT,
        properties: { title, metrics, region: Aws.REGION, view: 'timeSeries', stat, period: 300 },
      })),
    ];
    new CfnDashboard(this, 'Dashboard', {
      dashboardName: DASHBOARD_NAME,
      dashboardBody: Stack.of(this).toJsonString({ start: '-P7D', widgets }),
    });
  }
}

interface Chart {
  readonly title: string;
  readonly stat: string;
  readonly metrics: readonly Metric[];
}

const chartsOf = ({ config, path, workflow, functions }: DashboardProps): readonly Chart[] => {
  const ofFunctions = (name: string): readonly Metric[] =>
    functions.map((fn) => ['AWS/Lambda', name, 'FunctionName', fn]);
  const byRegion = (name: MetricName): readonly Metric[] =>
    config.regions.flatMap((region) => ['p50', 'Maximum'].map((stat) => ours(name, 'Region', region, stat)));
  const byKind = (kinds: readonly PhaseEvent['kind'][]): readonly Metric[] =>
    kinds.map((kind) => ours('Phases', 'Kind', kind, 'Sum'));
  const coverage: Chart = {
    title: 'Accounts times Regions: protected, and late',
    stat: 'Maximum',
    metrics: ['protected', 'partly', 'not', 'late'].map((of) => ours('Coverage', 'Verdict', of, 'Maximum')),
  };
  const heartbeat: Chart = {
    title: 'Seconds from a sample to intake',
    stat: 'Maximum',
    metrics: byRegion('SecondsToHeard'),
  };
  return [
    ...(config.coverage === undefined ? [] : [coverage]),
    ...(config.heartbeat === undefined ? [] : [heartbeat]),
    {
      title: 'Seconds from finding to containment',
      stat: 'Maximum',
      metrics: byRegion('SecondsToContained'),
    },
    { title: 'Incidents', stat: 'Sum', metrics: byKind(PHASES) },
    { title: 'Evidence', stat: 'Sum', metrics: byKind(EVIDENCE) },
    { title: 'Seconds from finding to seal', stat: 'Maximum', metrics: byRegion('SecondsToSealed') },
    {
      title: 'Findings that wait (seconds), and that were set aside',
      stat: 'Maximum',
      metrics: [
        ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', path.findings.resource.attrQueueName],
        ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', path.setAside.resource.attrQueueName],
      ],
    },
    {
      title: 'Responses',
      stat: 'Sum',
      metrics: [
        'ExecutionsStarted',
        'ExecutionsSucceeded',
        'ExecutionsFailed',
        'ExecutionsTimedOut',
        'ExecutionsAborted',
      ].map((name) => ['AWS/States', name, 'StateMachineArn', workflow.resource.attrArn]),
    },
    { title: 'Functions that ended with an error', stat: 'Sum', metrics: ofFunctions('Errors') },
    { title: 'Functions that were refused a start', stat: 'Sum', metrics: ofFunctions('Throttles') },
  ];
};
