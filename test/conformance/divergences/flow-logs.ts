import { at, localLacks, motoTakes, type Divergence } from '../divergence.ts';

const LOGS = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/';
const CODES = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';

/** Flow logs, and the log groups that they write to. */
export const flowLogDivergences: readonly Divergence[] = [
  motoTakes(['ec2: refuses a flow log that is not there'], 'InvalidFlowLogId.NotFound', {
    page: CODES,
    because: 'a flow log that is asked for by its id must be there',
  }),
  localLacks(
    [
      at(['logs: finds a log group by the beginning of its name'], {
        'logGroups[].creationTime': '<opaque>',
        'logGroups[].metricFilterCount': 0,
        'logGroups[].storedBytes': 0,
      }),
    ],
    {
      page: `${LOGS}API_LogGroup.html`,
      because: 'age, size and filters of a log group are left out here: nothing of the product reads them',
    },
  ),
];
