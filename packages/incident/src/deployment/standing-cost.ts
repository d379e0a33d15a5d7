/**
 * List prices of us-east-1 in US dollars a month (730 hours), as AWS's pricing pages had them on 22 November 2026 as far as we know them; other
 * Regions differ. What is charged by use (executions, storage, data events, copies) is not among them.
 * https://aws.amazon.com/kms/pricing/ https://aws.amazon.com/cloudwatch/pricing/ https://aws.amazon.com/privatelink/pricing/
 */
const MONTHLY_USD: Readonly<Record<string, number>> = {
  'AWS::KMS::Key': 1,
  'AWS::CloudWatch::Alarm': 0.1,
  'AWS::CloudWatch::Dashboard': 3,
};
/** Of an interface endpoint, for each zone that it is in. */
const ENDPOINT_IN_ZONE_USD = 7.3;

interface CostedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> | undefined;
}

const costOf = ({ Type: type, Properties: properties = {} }: CostedResource): number => {
  if (type !== 'AWS::EC2::VPCEndpoint') return MONTHLY_USD[type] ?? 0;
  const { VpcEndpointType: kind, SubnetIds: subnets } = properties;
  return kind === 'Interface' ? ENDPOINT_IN_ZONE_USD * (Array.isArray(subnets) ? subnets.length : 1) : 0;
};

/** What a stack costs while nothing happens, in US dollars a month: only resources that are charged for standing there. */
export const standingUsd = (resources: Readonly<Record<string, CostedResource>>): number =>
  Math.round(Object.values(resources).reduce((sum, one) => sum + costOf(one), 0) * 100) / 100;
