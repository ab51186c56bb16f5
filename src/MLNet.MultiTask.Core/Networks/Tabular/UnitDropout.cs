namespace MLNet.MultiTask.Networks;

/// <summary>
/// Sets hidden units to 0 at random and scales the others up (Srivastava et al. 2014). Which ones depends on the key,
/// the layer, the row of the batch and the unit only.
/// </summary>
internal readonly struct UnitDropout(float rate, ulong key)
{
    private readonly int _threshold = (int)MathF.Round(rate * 65536);
    private readonly float _scale = 1 / (1 - rate);

    public bool IsActive => _threshold > 0;

    /// <summary>What each unit of a row is multiplied by.</summary>
    public void Fill(int layer, int row, Span<float> factors)
    {
        ulong bits = RandomStream.Mix(key ^ (ulong)layer << 48 ^ (ulong)row);
        for (int j = 0; j < factors.Length; j += 4)
        {
            bits = RandomStream.Mix(bits + 0x9E3779B97F4A7C15);
            ulong left = bits;
            for (int k = j; k < Math.Min(factors.Length, j + 4); k++, left >>= 16)
                factors[k] = (int)(left & 0xFFFF) < _threshold ? 0 : _scale;
        }
    }
}
