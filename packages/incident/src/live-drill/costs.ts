import type { CordonConfig } from '../config.ts';
import { INCIDENT_PRICES } from '../cost/cost-of-incident.ts';
import { SNAPSHOT_USD_PER_GIB_MONTH } from '../plan/calls-of.ts';
import { DECOY } from './decoy.ts';

/** Of a t3.nano with Linux, an hour, in us-east-1, from memory. https://aws.amazon.com/ec2/pricing/on-demand/ */
const DECOY_HOUR_USD = 0.0052;

const usd = (amount: number): string => `USD ${amount.toFixed(2)}`;

/** What a live drill costs, in words: of the decoy and of what a response to it makes, at most, by list prices of us-east-1. */
export const drillCosts = ({
  forensics,
  evidence,
}: Pick<CordonConfig, 'forensics' | 'evidence'>): readonly string[] => {
  const hours = DECOY.runsHours;
  const { machineHours, hourlyUsd, instanceType } = forensics;
  const copies = 2 * DECOY.diskGiB * SNAPSHOT_USD_PER_GIB_MONTH;
  return [
    `the decoy: ${usd(hours * DECOY_HOUR_USD)} for ${hours} hours, then its disk alone, ${usd(DECOY.diskGiB * INCIDENT_PRICES.volumeGiBMonth)} a month until it is removed`,
    `copies of its disk, and of the examination's results: at most ${usd(copies)} a month under their locks, ${evidence.lockDays} days or longer; nobody can delete them before`,
    hourlyUsd === undefined
      ? `the forensic machine, ${instanceType}: ${machineHours} hours unless somebody ends it; forensics.hourlyUsd in cordon.config.ts says what an hour costs, and it is the most of a drill`
      : `the forensic machine, ${instanceType}: ${usd(machineHours * hourlyUsd)} for its ${machineHours} hours`,
    'functions, the workflow, signatures, GuardDuty and DNS Firewall by use: cents',
  ];
};
