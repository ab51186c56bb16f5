using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>Classes that stand for rows in these tests.</summary>
internal sealed class Measured
{
    public float Value { get; set; }
}

internal sealed class Doubled
{
    public float Result { get; set; }
}

internal sealed class NoColumns
{
}

internal sealed class Person
{
    public string Name = "";
    public bool Adult;
    public double Height;

    [VectorType(3)]
    public float[] Scores = new float[3];

    [KeyType(4)]
    public uint Group;

    [ColumnName("Years")]
    public int Age { get; set; }

    [NoColumn]
    public string Note { get; set; } = "not a column";
}

internal sealed class Features
{
    [VectorType(2)]
    [ColumnName("Features")]
    public float[] Values { get; set; } = [0, 0];
}

internal sealed class Word
{
    public string Text { get; set; } = "";
}
