/** A clock that showed `virtualMs` when the wall's showed `wallMs`, both epoch milliseconds, and runs so much faster. */
export interface Clock {
  readonly wallMs: number;
  readonly virtualMs: number;
  readonly timesFaster: number;
}

/** The wall's clock, epoch ms. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

/** What the clock shows now. */
export const clockNow = ({ wallMs, virtualMs, timesFaster }: Clock): number =>
  Math.floor(virtualMs + (wallNow() - wallMs) * timesFaster);

/** A clock as the query of an address, from which a preloaded module reads it. */
export const clockQuery = (clock: Clock): string =>
  `?${Object.entries(clock)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}`;

/** The clock of an address. Throws where it has none. */
export const clockOf = (address: string): Clock => {
  const query = new URL(address).searchParams;
  const read = (name: keyof Clock): number => {
    const value = Number(query.get(name) ?? Number.NaN);
    if (!Number.isFinite(value)) throw new Error(`${address} says no ${name}`);
    return value;
  };
  return { wallMs: read('wallMs'), virtualMs: read('virtualMs'), timesFaster: read('timesFaster') };
};
