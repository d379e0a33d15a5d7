import {
  BatchUpdateFindingsCommand,
  GetFindingsCommand,
  SecurityHubClient,
  type AwsSecurityFinding,
} from '@aws-sdk/client-securityhub';
import { decideNote, isFinding, type Notice, type NoticePlace } from '@cordon/incident/notifications';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { ownIn, type Services } from '../services.ts';
import type { Message } from './message.ts';

/** Security Hub has a finding of GuardDuty within minutes: until this delivery it may yet come. */
const DELIVERIES = 4;
/** Pages of the newest findings that are looked at. */
const PAGES = 3;
/** "MaxResults: Maximum value of 100." https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html */
const PAGE_SIZE = 100;
/** Security Hub is not enabled, or the finding's Region is none of ours: nothing that a repetition could mend. */
const NOT_THERE = new Set(['InvalidAccessException', 'ResourceNotFoundException']);

const equals = (Value: string) => [{ Value, Comparison: 'EQUALS' as const }];

/**
 * The finding in Security Hub: GuardDuty's own of that account and Region, the newest first. Its id there is GuardDuty's ARN, whose detector
 * we do not know.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-internal-providers.html
 */
const find = async (
  client: SecurityHubClient,
  place: NoticePlace,
  partition: string,
): Promise<AwsSecurityFinding | undefined> => {
  const { account, region } = place;
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const found = await client.send(
      new GetFindingsCommand({
        Filters: {
          AwsAccountId: equals(account),
          ProductArn: equals(`arn:${partition}:securityhub:${region}::product/aws/guardduty`),
          Id: [{ Value: `arn:${partition}:guardduty:${region}:${account}:detector/`, Comparison: 'PREFIX' }],
        },
        SortCriteria: [{ Field: 'UpdatedAt', SortOrder: 'desc' }],
        MaxResults: PAGE_SIZE,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    const one = found.Findings?.find(({ Id }) => isFinding(Id ?? '', place));
    if (one !== undefined) return one;
    NextToken = found.NextToken;
    if (NextToken === undefined) return undefined;
  }
  return undefined;
};

/**
 * Leaves a note, and where it is due a workflow status, at the finding in Security Hub of the security account. A finding that is not there is
 * waited for, some deliveries long; that it does not come, or that there is no Security Hub, is said in the log and is no failure.
 *
 * @throws Error where trying again can help
 */
export const noteFinding = async (notice: Notice, message: Message, services: Services): Promise<void> => {
  const { place } = notice;
  if (place === undefined) return;
  const leave = (because: string): void =>
    services.log({ level: 'info', message: 'no note in Security Hub', kind: notice.kind, because });
  const client = clientFor(SecurityHubClient, ownIn(services, place.region));
  try {
    const found = await find(client, place, services.partition);
    if (found === undefined) {
      if (message.deliveries < DELIVERIES)
        throw new Error(`Security Hub does not have finding ${place.findingId} yet`);
      return leave(`Security Hub does not have finding ${place.findingId}: see whether it takes GuardDuty's`);
    }
    const { Note, Workflow, Id, ProductArn } = found;
    const decided = decideNote(
      notice,
      {
        ...(Note === undefined ? {} : { note: { text: Note.Text ?? '', by: Note.UpdatedBy ?? '' } }),
        ...(Workflow?.Status === undefined ? {} : { workflow: Workflow.Status }),
      },
      message.at,
    );
    if (decided.kind === 'leave') return leave(decided.because);
    const { UnprocessedFindings: [failed] = [] } = await client.send(
      new BatchUpdateFindingsCommand({
        FindingIdentifiers: [{ Id, ProductArn }],
        ...(decided.note === undefined ? {} : { Note: decided.note }),
        ...(decided.workflow === undefined ? {} : { Workflow: { Status: decided.workflow } }),
      }),
    );
    if (failed !== undefined)
      throw new Error(
        `Security Hub did not update finding ${place.findingId}: ${failed.ErrorCode}: ${failed.ErrorMessage}`,
      );
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error) || !NOT_THERE.has(faultCode(error))) throw error;
    leave(`Security Hub of this account is not to be had in ${place.region}: ${faultCode(error)}`);
  }
};
