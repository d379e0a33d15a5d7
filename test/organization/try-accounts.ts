import type { CordonConfig } from '@cordon/incident';
import { coveragePage, whoNeedsCoverage, whyOpen } from '@cordon/incident/coverage';
import { organizationState, type Organization } from '@cordon/local-aws';
import { coverageRowsIn, coverNow } from '../simulation/cover-now.ts';
import { coveringTemplates, withoutSchedules } from '../simulation/covering.ts';

/** What a run of the function of coverage did, and what the table says after it. */
export interface Tries {
  /** Accounts that were tried. */
  readonly tried: number;
  readonly protected: number;
  /** Places that are not protected, each with its first reason. */
  readonly open: readonly string[];
}

/** The security account's home stack, and the transit key of each Region: what tries, and what is tried beside the members' roles. */
export const deployTrying = (organization: Organization, config: CordonConfig): void => {
  const templates = coveringTemplates(config);
  // By its clock it would look every ten minutes of the hours that a rollout takes, at accounts that have no roles yet.
  organization.deploy(withoutSchedules(templates['CordonSecurityHome']), {
    account: config.accounts.security,
    region: config.homeRegion,
    stackName: 'CordonSecurityHome',
  });
  for (const region of config.regions)
    organization.deploy(templates['CordonEvidenceRegion'], {
      account: config.accounts.evidence,
      region,
      stackName: 'CordonEvidenceRegion',
    });
};

/** One run of the function, as its clock starts it. */
export const triesOf = async (organization: Organization, config: CordonConfig): Promise<Tries> => {
  const { tried } = await coverNow(organization, config);
  const rows = coverageRowsIn(organization, config);
  const open = rows.filter(({ verdict }) => verdict !== 'protected');
  return {
    tried,
    protected: rows.length - open.length,
    open: open.map((row) => `${row.account} ${row.region} ${row.verdict} ${whyOpen(row)[0]}`).toSorted(),
  };
};

/** The map of what the table says, as `cordon coverage --html` makes it. */
export const pageOf = (organization: Organization, config: CordonConfig): string => {
  const { world, timeline } = organization;
  const accounts = [...world.accounts.values()];
  const units = [...world.of(organizationState, '', '').units.values()].map(({ path, name }) => ({
    path,
    name,
  }));
  return coveragePage(
    {
      accounts,
      units,
      rows: coverageRowsIn(organization, config),
      leftOut: whoNeedsCoverage(accounts, config).leftOut,
      regions: config.regions,
    },
    new Date(timeline.now()).toISOString(),
  );
};
