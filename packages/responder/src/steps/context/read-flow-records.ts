import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { readableLog, type ContextState, type Part } from '@cordon/incident';
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
  const lines = messages.slice(0, MOST_LINES);
  await keep(keeping, label, {
    readAt: instant(keeping.services),
    asked: { networkInterfaceId, flowLogId: log.flowLogId, logGroupName: log.logGroupName, from, until },
    fields: log.names,
    records: lines,
  });
  if (partial || lines.length < messages.length)
    await sayMissing(keeping, label, `there are more records than the ${lines.length} that were read`);
  return { label, status: 'kept' };
};

/**
 * What flow logs wrote of the instance's interfaces around the finding, where the deployment names their log groups; else the reason why
 * there is none. An account's own logs can be written by whoever administers it: they are kept as what they are, and prove nothing alone.
 */
export const readFlowRecords = async (keeping: Keeping, state: ContextState): Promise<readonly Part[]> => {
  if (!state.records) return [];
  const { incident, services } = keeping;
  const label = 'flow-logs';
  const absent = async (because: string): Promise<readonly Part[]> => {
    await sayMissing(keeping, label, because);
    return [{ label, status: 'absent' }];
  };
  try {
    const { interfaces, logs } = await describeForProof(incident, services);
    const on = { account: incident.account, logGroups: services.config.containment.flowLogGroups };
    const chosen = interfaces.map((nic) => ({ nic, log: readableLog(nic, logs, on) }));
    const toRead = chosen.flatMap(({ nic, log }) => ('because' in log ? [] : [{ nic, log }]));
    const because = chosen.flatMap(({ log }) => ('because' in log ? [log.because] : []));
    const without = because.length === 0 ? [] : await absent(because.join('; '));
    if (chosen.length === 0) return await absent('it has no interface');
    if (toRead.length === 0) return without;
    const client = clientFor(CloudWatchLogsClient, await reachLogs(incident, services, toRead));
    const parts = await Promise.all(
      toRead.map(async (one): Promise<Part> => {
        try {
          return await readOne(keeping, client, { toRead: one, ...state });
        } catch (error) {
          await sayMissing(keeping, labelOf(one), faultLine(error));
          return { label: labelOf(one), status: 'absent' };
        }
      }),
    );
    return [...parts, ...without];
  } catch (error) {
    return absent(faultLine(error));
  }
};
