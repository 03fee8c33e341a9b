/** Prints one figure beside its goal, which is an upper bound unless it is said to be a lower one. */
export type Told = (
  name: string,
  value: number,
  goal: number,
  unit: string,
  bound?: 'most' | 'least',
) => void;

export const told: Told = (name, value, goal, unit, bound = 'most') => {
  const isMet = bound === 'most' ? value <= goal : value >= goal;
  const figure = value.toFixed(value < 10 ? 2 : 0).padStart(7);
  const wanted = `${bound === 'most' ? '≤' : '≥'} ${goal}`;
  console.log(`${name.padEnd(78)} ${figure} ${unit.padEnd(4)} goal ${wanted}  ${isMet ? 'met' : 'MISSED'}`);
};
