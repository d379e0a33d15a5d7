import { playCopyQueue, type ModelVolume } from './copy-queue-model.ts';
import type { Explained } from './drill-figures.ts';
import { figure } from './figure.ts';

const VOLUMES = 500;
/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
const LIMIT = 20;
const MINUTE = 60_000;

/** Five hundred volumes of fifty instances in ten accounts, found within a minute: copies of three minutes to an hour, the root disks first of each. */
const volumes: readonly ModelVolume[] = Array.from({ length: VOLUMES }, (_, index) => ({
  volumeId: `vol-${String(index).padStart(3, '0')}`,
  account: `6020111600${10 + (Math.floor(index / 10) % 10)}`,
  isRoot: index % 10 === 0,
  arrivesAt: (index * 7_919) % MINUTE,
  copyMs: (3 + ((index * 104_729) % 57)) * MINUTE,
}));

/** How much of the quota the queue uses while copies wait, and that it is never over. */
export const copyQueueFigures = (): readonly Explained[] => {
  const { used, most, asked } = playCopyQueue(volumes, LIMIT);
  const asks = [...asked.values()];
  return [
    {
      figure: figure('copy-queue-quota-used', { measured: used * 100, unit: '%' }, { atLeast: 95 }),
      lines: [
        `${VOLUMES} volumes of 10 accounts, ${LIMIT} copies at once, copies of 3 to 59 minutes of virtual time`,
        `a disk asked ${(asks.reduce((sum, one) => sum + one, 0) / VOLUMES).toFixed(1)} times on average, ${Math.max(...asks)} at most`,
      ],
    },
    {
      figure: figure('copy-queue-most-at-once', { measured: most, unit: 'copies' }, { atMost: LIMIT }),
      lines: [],
    },
  ];
};
