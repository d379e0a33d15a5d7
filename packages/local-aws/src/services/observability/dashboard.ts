import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { observabilityState } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Namespace, name, then pairs of a dimension and its value; options as an object at the end. */
const isMetric = (metric: unknown): boolean => {
  const parts = listOf(metric);
  const texts = isObject(parts.at(-1)) ? parts.slice(0, -1) : parts;
  return texts.length >= 2 && texts.length % 2 === 0 && texts.every((part) => typeof part === 'string');
};

/** What is wrong with the properties of a widget, by its kind; undefined when nothing is. */
const WIDGETS: Readonly<Record<string, (properties: Json) => string | undefined>> = {
  metric: ({ region, metrics }) => {
    if (typeof region !== 'string') return 'region, a text';
    const all = listOf(metrics);
    if (all.length < 1 || all.length > 500) return 'metrics, from 1 to 500';
    return all.every(isMetric)
      ? undefined
      : 'metrics of a namespace, a name and pairs of a dimension and its value';
  },
  alarm: ({ alarms }) => {
    const all = listOf(alarms);
    const known = all.length >= 1 && all.length <= 100 && all.every((arn) => String(arn).startsWith('arn:'));
    return known ? undefined : 'alarms, from 1 to 100 ARNs';
  },
  text: ({ markdown }) => (typeof markdown === 'string' ? undefined : 'markdown, a text'),
};

/** Why a body is no dashboard; undefined when it is one. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const whyNone = (body: unknown): string | undefined => {
  if (!isObject(body) || !Array.isArray(body['widgets'])) return 'an object with widgets';
  if (body['widgets'].length > 500) return '500 widgets at most';
  for (const [index, widget] of body['widgets'].entries()) {
    if (!isObject(widget) || !isObject(widget['properties']))
      return `widget ${index} with type and properties`;
    const judge = WIDGETS[String(widget['type'])];
    if (judge === undefined) return `widget ${index} of type ${Object.keys(WIDGETS).join(', ')}`;
    const width = widget['width'] ?? 6;
    if (typeof width !== 'number' || width < 1 || width > 24)
      return `widget ${index} with a width of 1 to 24`;
    const why = judge(widget['properties']);
    if (why !== undefined) return `widget ${index} with ${why}`;
  }
  return undefined;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
export const createDashboard = (
  resource: ResolvedResource,
  { world, account, region, ids }: Deployment,
): Created => {
  const properties = new ResourceProperties(resource, ['DashboardBody', 'DashboardName']);
  const name =
    properties.text('DashboardName') ??
    `${resource.stackName}-${resource.logicalId}-${ids.base32('dashboard', 12)}`;
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw properties.refuse('DashboardName', 'letters, digits, - and _, 255 at most');
  const text = properties.requiredText('DashboardBody');
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    throw properties.refuse('DashboardBody', 'JSON');
  }
  const why = whyNone(written);
  if (why !== undefined) throw properties.refuse('DashboardBody', why);
  world.of(observabilityState, account, region).dashboards.set(name, { name, body: text });
  return { ref: name, attributes: {} };
};
