import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricName, PhaseEvent } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { allOn } from '../simulation/all-on.ts';
import { everyTemplate } from '../simulation/every-template.ts';

const RUNBOOKS = join(import.meta.dirname, '../../docs/runbooks');

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
      DeletionPolicy: z.string().optional(),
    }),
  ),
});

/** Everything that a deployment could have, in every stack. */
const resources = [...everyTemplate(allOn)].flatMap(([stack, text]) =>
  Object.entries(template.parse(JSON.parse(text)).Resources).map(([id, one]) => ({ stack, id, ...one })),
);
const of = (type: string) => resources.filter(({ Type }) => Type === type);
const groups = of('AWS::Logs::LogGroup');

describe('every log group of every stack', () => {
  it('is there', () => {
    expect(groups.length).toBeGreaterThan(of('AWS::Lambda::Function').length);
  });

  it.each(groups.map((group) => ({ ...group, name: String(group.Properties['LogGroupName']) })))(
    '$name expires after 400 days, and outlives its stack',
    ({ Properties, DeletionPolicy }) => {
      expect([Properties['RetentionInDays'], DeletionPolicy]).toEqual([400, 'Retain']);
    },
  );
});

describe('what writes logs', () => {
  it.each(of('AWS::Lambda::Function').map((fn) => ({ ...fn, name: String(fn.Properties['FunctionName']) })))(
    '$name writes into a group that is made before it',
    ({ stack, name, DependsOn }) => {
      const group = groups.find(
        (one) => one.stack === stack && one.Properties['LogGroupName'] === `/aws/lambda/${name}`,
      );
      expect([DependsOn].flat()).toContain(group?.id);
    },
  );

  it('as a state machine writes into such a group too', () => {
    const machines = of('AWS::StepFunctions::StateMachine');
    expect(machines).toHaveLength(1);
    for (const { stack, Properties } of machines) {
      const [, id] = /"LogGroupArn":\{"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(JSON.stringify(Properties)) ?? [];
      expect(groups.map((group) => `${group.stack} ${group.id}`)).toContain(`${stack} ${id ?? 'none'}`);
    }
  });

  it('is nothing of a kind that makes groups of its own: no custom resource, build, API or flow log', () => {
    const makers =
      /^(Custom::|AWS::CloudFormation::CustomResource|AWS::CodeBuild::|AWS::ApiGateway|AWS::EC2::FlowLog|AWS::ECS::)/;
    expect(resources.filter(({ Type }) => makers.test(Type)).map(({ Type }) => Type)).toEqual([]);
  });
});

interface Widget {
  readonly properties: { readonly alarms?: readonly string[]; readonly metrics?: readonly unknown[][] };
}
const [dashboard, ...others] = of('AWS::CloudWatch::Dashboard');
const parts = z
  .object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) })
  .parse(dashboard?.Properties['DashboardBody'])['Fn::Join'][1];
const body = parts.map((part) => (typeof part === 'string' ? part : 'token')).join('');
const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };
const shown = widgets.flatMap(({ properties }) =>
  (properties.metrics ?? []).map((metric) => metric.slice(0, 4).map(String)),
);
/** A metric: its namespace, its name and, where it counts one thing of several, which. */
type Metric = readonly [string, string, (string | undefined)?];
const ours = (name: MetricName, value?: string): Metric => ['Cordon', name, value];
const phase = (kind: PhaseEvent['kind']) => ours('Phases', kind);

describe('the dashboard', () => {
  it('is one', () => {
    expect(others).toEqual([]);
  });

  it.each<[string, readonly Metric[]]>([
    ['time to contained', [ours('SecondsToContained')]],
    ['evidence complete', [phase('evidence-secured'), phase('evidence-missing'), ours('SecondsToSealed')]],
    ['copies queued', [phase('evidence-queued')]],
    [
      'failures',
      [
        ['AWS/Lambda', 'Errors'],
        ['AWS/Lambda', 'Throttles'],
        ['AWS/States', 'ExecutionsFailed'],
        phase('needs-a-person'),
      ],
    ],
    ['coverage', [ours('Coverage', 'protected'), ours('Coverage', 'not'), ours('Coverage', 'late')]],
  ])('shows %s', (_what, metrics) => {
    for (const [namespace, name, value] of metrics)
      expect(
        shown.some(
          (one) => one[0] === namespace && one[1] === name && (value === undefined || one[3] === value),
        ),
      ).toBe(true);
  });

  it('shows errors and refused starts of every function beside it', () => {
    const beside = of('AWS::Lambda::Function').filter(({ stack }) => stack === dashboard?.stack);
    const names = beside.map(({ Properties }) => String(Properties['FunctionName']));
    for (const metric of ['Errors', 'Throttles'])
      expect(
        shown.flatMap(([namespace, name, , fn]) =>
          namespace === 'AWS/Lambda' && name === metric ? [fn] : [],
        ),
      ).toEqual(names);
  });

  it('shows every alarm beside it, a hundred at most, as CloudWatch takes them', () => {
    const alarms = of('AWS::CloudWatch::Alarm').filter(({ stack }) => stack === dashboard?.stack);
    const names = widgets.flatMap(({ properties }) =>
      (properties.alarms ?? []).map((arn) => arn.split(':alarm:')[1]),
    );
    expect(new Set(names)).toEqual(new Set(alarms.map(({ Properties }) => Properties['AlarmName'])));
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    expect(names.length).toBeLessThanOrEqual(100);
  });
});

describe('every runbook', () => {
  it.each(readdirSync(RUNBOOKS).filter((file) => file !== 'README.md'))(
    '%s says what it is, how to look, and what to do',
    (file) => {
      const headings = readFileSync(join(RUNBOOKS, file), 'utf8').match(/^## .*$/gm) ?? [];
      expect(headings).toEqual(['## Description', '## Investigation', '## Resolution']);
    },
  );
});
