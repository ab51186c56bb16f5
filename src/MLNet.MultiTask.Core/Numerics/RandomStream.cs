namespace MLNet.MultiTask;

/// <summary>
/// Counter-based random numbers named by (seed, purpose, index): value i of a stream is a hash of the stream's key and
/// i, so streams are independent of one another and of the order in which they are used.
/// The generator is SplitMix64 (Steele, Lea, Flood 2014) started at a hashed key.
/// </summary>
public struct RandomStream
{
    private ulong _state;

    /// <summary>Opens the stream of a purpose.</summary>
    /// <param name="seed">Seed of the whole computation.</param>
    /// <param name="purpose">What the numbers are for, such as "init" or "shuffle".</param>
    /// <param name="index">Which of the purpose's streams: a task, an epoch, a run.</param>
    public RandomStream(ulong seed, string purpose, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ulong key = Mix(seed + 0x9E3779B97F4A7C15);
        foreach (char c in purpose)
            key = Mix(key ^ c);
        _state = Mix(key ^ (ulong)index);
    }

    /// <summary>Continues a stream from a stored <see cref="State"/>.</summary>
    public RandomStream(ulong state) => _state = state;

    /// <summary>Everything the stream will ever say; store it to resume.</summary>
    public readonly ulong State => _state;

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>Uniform in 0 … <paramref name="bound"/>−1, without bias worth the name (bound ≪ 2⁶⁴).</summary>
    public int NextInt32(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Standard normal (Box–Muller, one of the pair).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A uniformly random order of 0 … n−1 (Fisher–Yates).</summary>
    public int[] Permutation(int n)
    {
        int[] order = [.. Enumerable.Range(0, n)];
        Shuffle(order);
        return order;
    }

    /// <summary>Shuffles in place (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>The finaliser of SplitMix64: a bijection of 64 bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
