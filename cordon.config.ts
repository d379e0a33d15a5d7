import { defineConfig } from '@cordon/incident';

/**
 * The one place where a deployment chooses. The account ids here are those of the drill's organization; none is one of
 * AWS's example ids. Put your own before you deploy (docs/deployment.md).
 */
export const config = defineConfig({
  organizationId: 'o-cordondrill',
  accounts: {
    management: '602011150001',
    security: '602011150002',
    evidence: '602011150003',
    forensics: '602011150004',
  },
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-southeast-2'],
  guardrails: { targets: ['r-root'] },
  // Of the security account, taken with MFA from another one: whoever holds StackSets can put any role into every member.
  rollout: { administrator: 'people/stack-set-administrator' },
  containment: {
    beyondInstance: ['subnet-acl', 'route-table', 'internet-gateway', 'untracking', 'management-path'],
    flowLogGroups: ['/vpc/flow-logs*'],
    // Workload roles that an instance launched in place of a contained one may get.
    replacement: { passRoles: ['Shop-*'] },
  },
  policy: {
    schemaVersion: 2,
    // Weaknesses that somebody knows how to use are kept and told; they contain nothing.
    inspector: { observeFrom: 'CRITICAL' },
    // Every unit only observes until a rule says more (docs/policy.md). This one switches on all that is below the root.
    rules: [
      {
        name: 'everywhere',
        when: { units: ['r-root'], severityAtLeast: 7 },
        set: { mode: 'contain' },
        because: 'the whole organization contains from severity 7 on',
      },
    ],
  },
  evidence: {
    lockMode: 'governance',
    lockDays: 90,
    keyPaths: ['member-key', 'grant'],
    // The drill's tools: put your own version and hash, and the file into the bucket of each Region (docs/memory.md).
    memory: {
      minutes: 15,
      // The policy says of which incidents the host is asked what it is doing.
      liveResponse: true,
      linux: {
        name: 'avml',
        version: '0.20.0',
        sha256: 'd9636d4b8e74768cf98fa195286290a96e0859b63a93dc28a3f010bebfa5f9c6',
      },
      // Where no volume can be brought to a host, it may send its memory to a bucket of ours.
      landing: { when: 'fallback', upToGiB: 16 },
    },
    // The policy says of which incidents blocks are hashed; of larger volumes never.
    blockHashes: { upToGiB: 200, fromMember: true },
    // The security account is Inspector's delegated administrator.
    inspector: {},
    readers: [
      'arn:aws:iam::602011150004:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_CordonForensics_*',
    ],
    keepers: [
      'arn:aws:iam::602011150003:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_CordonKeepers_*',
    ],
    // Two of them, once every lock and hold has ended (docs/evidence.md).
    disposers: [
      'arn:aws:iam::602011150003:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_CordonDisposers_*',
    ],
    archiveAfterDays: 30,
  },
  approvals: {
    approvers: [
      'arn:aws:iam::602011150002:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_CordonOperators_*',
    ],
  },
  forensics: {
    instanceType: 'm6i.xlarge',
    imageParameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  },
});
