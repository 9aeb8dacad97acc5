/**
 * A time as Go prints it in kube-scheduler's messages: `500ms`, `1.5s`, `5m0s`, `1h0m0s`.
 * Source: Go's time.Duration.String.
 * @param durationMs a whole number of milliseconds, not negative
 */
export function goDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  if (durationMs < 1000) return `${durationMs}ms`;
  const minutes = Math.floor(durationMs / 60_000);
  const seconds = `${(durationMs % 60_000) / 1000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
