import { expect, it } from 'vitest';
import { operations } from '../../src/api/contract/operations.ts';
import { ADDRESSES } from '../../src/client/addresses.ts';

it('knows every operation of the contract by the address that it has there', () => {
  const contract = Object.entries(operations).map(([name, { method, path }]) => [name, `${method} ${path}`]);
  expect(ADDRESSES).toEqual(Object.fromEntries(contract));
});
