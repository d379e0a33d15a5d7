import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { readableLog, thatFit, type ContextState, type Part } from '@cordon/incident';
import { faultLine } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { instant } from '../../services.ts';
import { describeForProof, messagesOf, reachLogs, type ToRead } from '../proof/read-flow-logs.ts';
import { keep, sayMissing, type Keeping } from './keep.ts';

/** Lines that one object holds at most: those of the busiest hour are some megabytes. */
const MOST_LINES = 10_000;

const labelOf = ({ nic }: Pick<ToRead, 'nic'>): string => `flow-log-${nic.networkInterfaceId}.json`;

const readOne = async (
  keeping: Keeping,
  logs: CloudWatchLogsClient,
  { toRead, from, until }: Pick<ContextState, 'from' | 'until'> & { readonly toRead: ToRead },
): Promise<Part> => {
  const label = labelOf(toRead);
  const { nic, log } = toRead;
  const { messages, partial } = await messagesOf(logs, toRead, {
    since: Date.parse(from),
    until: Date.parse(until),
  });
  const { networkInterfaceId } = nic;
  const { texts: lines } = thatFit(messages.slice(0, MOST_LINES));
  const kept = await keep(keeping, label, {
    readAt: instant(keeping.services),
    asked: { networkInterfaceId, flowLogId: log.flowLogId, logGroupName: log.logGroupName, from, until },
    fields: log.names,
    records: lines,
  });
  if (partial || lines.length < messages.length)
    await sayMissing(keeping, label, `there are more records than the ${lines.length} that are kept`);
  return kept;
};

/** What is read, and why the rest is not: an instance without flow logs lacks no evidence, and the object says so. */
const choose = async ({ incident, services }: Keeping) => {
  const { interfaces, logs } = await describeForProof(incident, services);
  const on = { account: incident.account, logGroups: services.config.containment.flowLogGroups };
  const chosen = interfaces.map((nic) => ({ nic, log: readableLog(nic, logs, on) }));
  return {
    toRead: chosen.flatMap(({ nic, log }) => ('because' in log ? [] : [{ nic, log }])),
    notRead: chosen.flatMap(({ log }) => ('because' in log ? [log.because] : [])),
    logs,
  };
};

/**
 * What flow logs wrote of the instance's interfaces around the finding, where the deployment names their log groups. An account's own logs
 * can be written by whoever administers it: they are kept as what they are, and prove nothing alone.
 */
export const readFlowRecords = async (keeping: Keeping, state: ContextState): Promise<readonly Part[]> => {
  if (!state.records) return [];
  const { incident, services } = keeping;
  const label = 'flow-logs.json';
  let chosen: Awaited<ReturnType<typeof choose>>;
  try {
    chosen = await choose(keeping);
  } catch (error) {
    await sayMissing(keeping, label, faultLine(error));
    return [{ label, status: 'absent' }];
  }
  const { toRead, ...said } = chosen;
  const found = await keep(keeping, label, { readAt: instant(services), ...said });
  if (toRead.length === 0) return [found];
  const connection = await reachLogs(incident, services, toRead);
  // Nothing looks at them a second time: each call is tried as often as any other.
  const client = clientFor(CloudWatchLogsClient, { ...connection, impatient: false });
  const parts = toRead.map(async (one): Promise<Part> => {
    try {
      return await readOne(keeping, client, { toRead: one, ...state });
    } catch (error) {
      await sayMissing(keeping, labelOf(one), faultLine(error));
      return { label: labelOf(one), status: 'absent' };
    }
  });
  return [found, ...(await Promise.all(parts))];
};
