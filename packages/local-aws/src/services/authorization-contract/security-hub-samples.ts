import { addSecurityHubFinding, enableSecurityHub } from '../securityhub/build.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import type { Samples } from './sample.ts';

/** Requests to Security Hub. */
export const securityHubSamples: Samples = ({ world }) => {
  enableSecurityHub(world, { account: ACCOUNT, region: REGION });
  const { Id, ProductArn } = addSecurityHubFinding(
    world,
    {
      administrator: ACCOUNT,
      account: OTHER_ACCOUNT,
      region: REGION,
      detectorId: '0123456789abcdef0123456789abcdef',
      findingId: 'fedcba9876543210fedcba9876543210',
    },
    START,
  );
  return [
    { operation: 'GetFindings', input: {} },
    {
      operation: 'BatchUpdateFindings',
      input: {
        FindingIdentifiers: [{ Id, ProductArn }],
        Note: { Text: 'contained', UpdatedBy: 'us' },
        Workflow: { Status: 'NOTIFIED' },
      },
    },
  ];
};
