import { parsePolicy, type CordonConfig } from '@cordon/incident';
import { config } from '../../cordon.config.ts';

/** The drill's deployment, where the policy contains everywhere and allows these techniques. */
export const allowing = (set: object): CordonConfig => ({
  ...config,
  policy: parsePolicy({
    schemaVersion: 2,
    rules: [
      {
        name: 'everywhere',
        when: { units: ['r-root'] },
        set: { mode: 'contain', ...set },
        because: 'this test wants it',
      },
    ],
  }),
});

/** A contained host is crashed, stopped and held. */
export const ending: CordonConfig = allowing({
  stop: 'automatic',
  crash: 'automatic',
  detachVolumes: 'automatic',
});
