/* From a distorted radius back to the true one, by Newton's method that a bracket keeps in bounds. */

float stretch(float s, float a1, float a2, float a3, float a4)
{
  return 1.0 + s * (a1 + s * (a2 + s * (a3 + s * a4)));
}

float inverse(float value, float limit, float a1, float a2, float a3, float a4)
{
  float low = 0.0;
  float high = limit;
  float t = min(value, limit);
  for (int step = 0; step < 40; step++) {
    float s = t * t;
    float off = t * stretch(s, a1, a2, a3, a4) - value;
    if (off > 0.0)
      high = t;
    else
      low = t;
    float next = t - off / stretch(s, 3.0 * a1, 5.0 * a2, 7.0 * a3, 9.0 * a4);
    if (!(next > low && next < high))
      next = 0.5 * (low + high);
    float moved = fabs(next - t);
    t = next;
    if (moved <= 1e-7 * t)
      break;
  }
  return t;
}
