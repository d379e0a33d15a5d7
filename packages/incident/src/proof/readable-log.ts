import { fieldsOf } from './read-record.ts';

/** A flow log, as far as EC2 tells of it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html */
export interface FlowLogFacts {
  readonly flowLogId: string;
  /** An interface, a subnet or a VPC. */
  readonly resourceId: string;
  readonly active: boolean;
  readonly trafficType: string;
  readonly destinationType: string;
  readonly logGroupName?: string | undefined;
  /** Account of the log group, where EC2 names it. */
  readonly destinationAccount?: string | undefined;
  readonly format: string;
  readonly intervalSeconds: number;
}

/** A flow log whose records can be read. */
export interface ReadableLog {
  readonly flowLogId: string;
  readonly logGroupName: string;
  readonly names: readonly string[];
  readonly intervalSeconds: number;
}

const matches = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Why a flow log's records cannot be read for a proof; undefined where they can. */
const whyNot = (
  log: FlowLogFacts,
  on: { readonly account: string; readonly logGroups: readonly string[] },
): string | undefined => {
  if (!log.active) return 'it is not active, or its delivery fails';
  if (log.trafficType === 'REJECT') return 'it records rejected traffic alone';
  if (log.destinationType !== 'cloud-watch-logs')
    return `it goes to ${log.destinationType}, which is not read`;
  if (log.logGroupName === undefined) return 'EC2 names no log group of it';
  if (log.destinationAccount !== undefined && log.destinationAccount !== on.account)
    return `it goes to account ${log.destinationAccount}, which is not read`;
  if (!on.logGroups.some((pattern) => matches(log.logGroupName ?? '', pattern)))
    return `the deployment gives no right to read log group ${log.logGroupName} (containment.flowLogGroups)`;
  const { lacking } = fieldsOf(log.format);
  return lacking.length === 0 ? undefined : `its format lacks ${lacking.join(', ')}`;
};

/**
 * The flow log to read for an interface: of those that cover it and can be read, the one of the shortest interval; else why there is none.
 * Pure.
 */
export const readableLog = (
  nic: { readonly networkInterfaceId: string; readonly subnetId: string; readonly vpcId: string },
  logs: readonly FlowLogFacts[],
  on: { readonly account: string; readonly logGroups: readonly string[] },
): ReadableLog | { readonly because: string } => {
  const covering = logs.filter(({ resourceId }) =>
    [nic.networkInterfaceId, nic.subnetId, nic.vpcId].includes(resourceId),
  );
  if (covering.length === 0) return { because: `${nic.networkInterfaceId} has no flow log` };
  const judged = covering
    .toSorted((a, b) => a.intervalSeconds - b.intervalSeconds)
    .map((log) => ({ log, because: whyNot(log, on) }));
  const best = judged.find(({ because }) => because === undefined)?.log;
  if (best?.logGroupName === undefined)
    return {
      because: `of ${nic.networkInterfaceId} no flow log can be read: ${judged.map(({ log, because }) => `${log.flowLogId}: ${because}`).join('; ')}`,
    };
  return {
    flowLogId: best.flowLogId,
    logGroupName: best.logGroupName,
    names: fieldsOf(best.format).names,
    intervalSeconds: best.intervalSeconds,
  };
};
