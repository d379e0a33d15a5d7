import type { CordonConfig } from '../../config.ts';
import { BREAK_GLASS_ROLE_NAME } from '../../contract.ts';
import type { DoctorFacts } from '../facts.ts';
import { check, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';

/** https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html (RegionOptStatus) */
const ENABLED = ['ENABLED', 'ENABLED_BY_DEFAULT'];

const regionLines = ({ regions }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  regions.flatMap(({ account, reading }) => {
    const accounts = [config.accounts[account]];
    return lines({ id: 'regions-enabled', accounts }, reading, (found) => {
      const off = config.regions.filter((region) => !ENABLED.includes(found.get(region) ?? 'unknown here'));
      if (off.length === 0)
        return [check('regions-enabled', { accounts }).ok(`${account}: every Region is enabled`)];
      return off.map((region) =>
        check('regions-enabled', { accounts, region }).error({
          says: `the ${account} account has not enabled ${region} (${found.get(region) ?? 'not a Region that it knows'})`,
          whatToDo: `aws account enable-region --region-name ${region} in that account, or leave ${region} out of regions`,
        }),
      );
    });
  });

const breakGlassLines = ({ breakGlass }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  breakGlass.flatMap(({ account, reading }) => {
    const accounts = [config.accounts[account]];
    return lines({ id: 'break-glass', accounts }, reading, (isThere) => [
      isThere
        ? check('break-glass', { accounts }).ok(`${account}: the role ${BREAK_GLASS_ROLE_NAME} is there`)
        : check('break-glass', { accounts }).error({
            says: `the ${account} account has no role ${BREAK_GLASS_ROLE_NAME}: nobody could change what protects evidence`,
            whatToDo: `make role/${BREAK_GLASS_ROLE_NAME} with MFA for few people, before guardrails are attached (docs/deployment.md, Before)`,
          }),
    ]);
  });

const ABOUT = {
  'quota-copies': 'copies of snapshots at once',
  'quota-snapshots': 'snapshots',
  'quota-vcpu': 'vCPUs of standard On-Demand Instances',
} as const;

const HOW = {
  'quota-copies':
    'ask AWS Support for more, or lower evidence.copiesAtOnce to it (docs/deployment.md, Choose)',
  'quota-snapshots': 'ask for more in Service Quotas (Amazon EBS, Snapshots per Region)',
  'quota-vcpu':
    'ask for more in Service Quotas (Amazon EC2, L-1216C47A), or choose a smaller forensics.instanceType',
} as const;

const quotaLines = ({ quotas }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  quotas.flatMap(({ id, account, region, wanted, reading }) => {
    const place = { region, accounts: [config.accounts[account]] };
    return lines({ id, ...place }, wanted, (least) =>
      lines({ id, ...place }, reading, (value) => {
        if (value === undefined)
          return [
            {
              id,
              result: 'unknown',
              ...place,
              says: `Service Quotas does not tell how many ${ABOUT[id]} the ${account} account may have`,
              whatToDo: 'look in the console of Service Quotas, or ask AWS Support',
            },
          ];
        return [
          value >= least
            ? check(id, place).ok(`${account}: ${value} ${ABOUT[id]}`)
            : check(id, place).error({
                says: `the ${account} account may have ${value} ${ABOUT[id]}, wanted ${least}`,
                whatToDo: HOW[id],
              }),
        ];
      }),
    );
  });

/** Our own accounts, before and after: Regions, break-glass, quotas. */
export const ownAccountLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] => [
  ...regionLines(facts, config),
  ...breakGlassLines(facts, config),
  ...quotaLines(facts, config),
];
