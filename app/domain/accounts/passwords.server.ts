/** Argon2id, with the parameters of the OWASP password storage cheat sheet (19 MiB, 2 passes, 1 lane). */
import { hash, verify, type Algorithm } from "@node-rs/argon2";

/** `Algorithm` is a const enum, which isolated modules cannot read. */
const ARGON2ID = 2 as Algorithm.Argon2id;
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

declare const hashed: unique symbol;
/** What `hashPassword` makes, and nothing else: a password in the clear does not compile where one is kept. */
export type PasswordHash = string & { readonly [hashed]: true };

/** Takes some 20 ms of another thread. Call it before the transaction, not inside. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  return (await hash(password.normalize("NFC"), PARAMETERS)) as PasswordHash;
}

/** A hash that no password has, made with the same parameters: verifying against it takes as long as the real thing. */
const NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$dzioOd00NNfTu3AeWQxZIw$cLW0JM/4myIkzZHRIGkw1HighnO1xQbZ2ly6dUf0YrY";

/**
 * Whether this is the password. For an account that does not exist, or has no password, pass null: the same work is
 * done, so that the time tells nothing about who exists.
 */
export async function verifyPassword(kept: string | null, password: string): Promise<boolean> {
  const matches = await verify(kept ?? NOBODY, password.normalize("NFC"));
  return kept !== null && matches;
}
