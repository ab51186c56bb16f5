using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

// A custom mapping has the columns of a class: fields by the dozen take many numbers apart in one stage of a chain.
#pragma warning disable CA1051 // They are columns, not state.

/// <summary>The first numbers of a row as columns of type Single.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowSingles : IRowParts
{
    /// <summary>The numbers.</summary>
    public float MultiTaskSingle00, MultiTaskSingle01, MultiTaskSingle02, MultiTaskSingle03, MultiTaskSingle04,
        MultiTaskSingle05, MultiTaskSingle06, MultiTaskSingle07, MultiTaskSingle08, MultiTaskSingle09,
        MultiTaskSingle10, MultiTaskSingle11, MultiTaskSingle12, MultiTaskSingle13, MultiTaskSingle14,
        MultiTaskSingle15, MultiTaskSingle16, MultiTaskSingle17, MultiTaskSingle18, MultiTaskSingle19,
        MultiTaskSingle20, MultiTaskSingle21, MultiTaskSingle22, MultiTaskSingle23, MultiTaskSingle24,
        MultiTaskSingle25, MultiTaskSingle26, MultiTaskSingle27, MultiTaskSingle28, MultiTaskSingle29,
        MultiTaskSingle30, MultiTaskSingle31, MultiTaskSingle32, MultiTaskSingle33, MultiTaskSingle34,
        MultiTaskSingle35, MultiTaskSingle36, MultiTaskSingle37, MultiTaskSingle38, MultiTaskSingle39,
        MultiTaskSingle40, MultiTaskSingle41, MultiTaskSingle42, MultiTaskSingle43, MultiTaskSingle44,
        MultiTaskSingle45, MultiTaskSingle46, MultiTaskSingle47, MultiTaskSingle48, MultiTaskSingle49,
        MultiTaskSingle50, MultiTaskSingle51, MultiTaskSingle52, MultiTaskSingle53, MultiTaskSingle54,
        MultiTaskSingle55, MultiTaskSingle56, MultiTaskSingle57, MultiTaskSingle58, MultiTaskSingle59,
        MultiTaskSingle60, MultiTaskSingle61, MultiTaskSingle62, MultiTaskSingle63;

    /// <summary>The numbers that follow.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }

    void IRowParts.Read(ReadOnlySpan<float> n)
    {
        (MultiTaskSingle00, MultiTaskSingle01, MultiTaskSingle02, MultiTaskSingle03) =
            (n[0], n[1], n[2], n[3]);
        (MultiTaskSingle04, MultiTaskSingle05, MultiTaskSingle06, MultiTaskSingle07) =
            (n[4], n[5], n[6], n[7]);
        (MultiTaskSingle08, MultiTaskSingle09, MultiTaskSingle10, MultiTaskSingle11) =
            (n[8], n[9], n[10], n[11]);
        (MultiTaskSingle12, MultiTaskSingle13, MultiTaskSingle14, MultiTaskSingle15) =
            (n[12], n[13], n[14], n[15]);
        (MultiTaskSingle16, MultiTaskSingle17, MultiTaskSingle18, MultiTaskSingle19) =
            (n[16], n[17], n[18], n[19]);
        (MultiTaskSingle20, MultiTaskSingle21, MultiTaskSingle22, MultiTaskSingle23) =
            (n[20], n[21], n[22], n[23]);
        (MultiTaskSingle24, MultiTaskSingle25, MultiTaskSingle26, MultiTaskSingle27) =
            (n[24], n[25], n[26], n[27]);
        (MultiTaskSingle28, MultiTaskSingle29, MultiTaskSingle30, MultiTaskSingle31) =
            (n[28], n[29], n[30], n[31]);
        (MultiTaskSingle32, MultiTaskSingle33, MultiTaskSingle34, MultiTaskSingle35) =
            (n[32], n[33], n[34], n[35]);
        (MultiTaskSingle36, MultiTaskSingle37, MultiTaskSingle38, MultiTaskSingle39) =
            (n[36], n[37], n[38], n[39]);
        (MultiTaskSingle40, MultiTaskSingle41, MultiTaskSingle42, MultiTaskSingle43) =
            (n[40], n[41], n[42], n[43]);
        (MultiTaskSingle44, MultiTaskSingle45, MultiTaskSingle46, MultiTaskSingle47) =
            (n[44], n[45], n[46], n[47]);
        (MultiTaskSingle48, MultiTaskSingle49, MultiTaskSingle50, MultiTaskSingle51) =
            (n[48], n[49], n[50], n[51]);
        (MultiTaskSingle52, MultiTaskSingle53, MultiTaskSingle54, MultiTaskSingle55) =
            (n[52], n[53], n[54], n[55]);
        (MultiTaskSingle56, MultiTaskSingle57, MultiTaskSingle58, MultiTaskSingle59) =
            (n[56], n[57], n[58], n[59]);
        (MultiTaskSingle60, MultiTaskSingle61, MultiTaskSingle62, MultiTaskSingle63) =
            (n[60], n[61], n[62], n[63]);
    }
}

/// <summary>Takes numbers off a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SinglesFactory : CustomMappingFactory<RowNumbers, RowSingles>
{
    internal const string Contract = "MLNet.MultiTask.Singles";

    /// <inheritdoc/>
    public override Action<RowNumbers, RowSingles> GetMapping() => RowParts.Map;
}
