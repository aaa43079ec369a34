/** Every URL that is nobody's: the error boundary of the root says so in the reader's language. */
export function loader(): never {
  throw new Response(null, { status: 404 });
}

export const action = loader;

export default function NotFound() {
  return null;
}
