using Microsoft.ML.Data;

namespace MLNet.MultiTask.BuiltIn;

/// <summary>
/// Decodes a state that arrives with every row only when it changes. ML.NET hands on the same string, so the comparison
/// is one of references; two threads may decode the first row's state twice, which does no harm.
/// </summary>
internal sealed class StateCache<T>(Func<string, T> decode)
{
    private Tuple<string, T>? _last;

    public T Get(string text)
    {
        Tuple<string, T>? last = _last;
        if (last is null || last.Item1 != text)
            _last = last = Tuple.Create(text, decode(text));
        return last.Item2;
    }
}

/// <summary>Copies into the buffers of a row object.</summary>
internal static class Values
{
    /// <summary>The values, in the old buffer's memory where it is large enough.</summary>
    public static VBuffer<T> Copy<T>(T[] values, VBuffer<T> buffer)
    {
        VBuffer<T>.Copy(values, 0, ref buffer, values.Length);
        return buffer;
    }
}
