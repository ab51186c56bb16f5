using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

// A custom mapping has the columns of a class: fields by the dozen take many numbers apart in one stage of a chain.
#pragma warning disable CA1051 // They are columns, not state.

/// <summary>The first numbers of a row as columns of type Boolean.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowBooleans : IRowParts
{
    /// <summary>Whether each number is positive.</summary>
    public bool MultiTaskBoolean00, MultiTaskBoolean01, MultiTaskBoolean02, MultiTaskBoolean03, MultiTaskBoolean04,
        MultiTaskBoolean05, MultiTaskBoolean06, MultiTaskBoolean07, MultiTaskBoolean08, MultiTaskBoolean09,
        MultiTaskBoolean10, MultiTaskBoolean11, MultiTaskBoolean12, MultiTaskBoolean13, MultiTaskBoolean14,
        MultiTaskBoolean15, MultiTaskBoolean16, MultiTaskBoolean17, MultiTaskBoolean18, MultiTaskBoolean19,
        MultiTaskBoolean20, MultiTaskBoolean21, MultiTaskBoolean22, MultiTaskBoolean23, MultiTaskBoolean24,
        MultiTaskBoolean25, MultiTaskBoolean26, MultiTaskBoolean27, MultiTaskBoolean28, MultiTaskBoolean29,
        MultiTaskBoolean30, MultiTaskBoolean31, MultiTaskBoolean32, MultiTaskBoolean33, MultiTaskBoolean34,
        MultiTaskBoolean35, MultiTaskBoolean36, MultiTaskBoolean37, MultiTaskBoolean38, MultiTaskBoolean39,
        MultiTaskBoolean40, MultiTaskBoolean41, MultiTaskBoolean42, MultiTaskBoolean43, MultiTaskBoolean44,
        MultiTaskBoolean45, MultiTaskBoolean46, MultiTaskBoolean47, MultiTaskBoolean48, MultiTaskBoolean49,
        MultiTaskBoolean50, MultiTaskBoolean51, MultiTaskBoolean52, MultiTaskBoolean53, MultiTaskBoolean54,
        MultiTaskBoolean55, MultiTaskBoolean56, MultiTaskBoolean57, MultiTaskBoolean58, MultiTaskBoolean59,
        MultiTaskBoolean60, MultiTaskBoolean61, MultiTaskBoolean62, MultiTaskBoolean63;

    /// <summary>The numbers that follow.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }

    void IRowParts.Read(ReadOnlySpan<float> n)
    {
        (MultiTaskBoolean00, MultiTaskBoolean01, MultiTaskBoolean02, MultiTaskBoolean03) =
            (n[0] > 0, n[1] > 0, n[2] > 0, n[3] > 0);
        (MultiTaskBoolean04, MultiTaskBoolean05, MultiTaskBoolean06, MultiTaskBoolean07) =
            (n[4] > 0, n[5] > 0, n[6] > 0, n[7] > 0);
        (MultiTaskBoolean08, MultiTaskBoolean09, MultiTaskBoolean10, MultiTaskBoolean11) =
            (n[8] > 0, n[9] > 0, n[10] > 0, n[11] > 0);
        (MultiTaskBoolean12, MultiTaskBoolean13, MultiTaskBoolean14, MultiTaskBoolean15) =
            (n[12] > 0, n[13] > 0, n[14] > 0, n[15] > 0);
        (MultiTaskBoolean16, MultiTaskBoolean17, MultiTaskBoolean18, MultiTaskBoolean19) =
            (n[16] > 0, n[17] > 0, n[18] > 0, n[19] > 0);
        (MultiTaskBoolean20, MultiTaskBoolean21, MultiTaskBoolean22, MultiTaskBoolean23) =
            (n[20] > 0, n[21] > 0, n[22] > 0, n[23] > 0);
        (MultiTaskBoolean24, MultiTaskBoolean25, MultiTaskBoolean26, MultiTaskBoolean27) =
            (n[24] > 0, n[25] > 0, n[26] > 0, n[27] > 0);
        (MultiTaskBoolean28, MultiTaskBoolean29, MultiTaskBoolean30, MultiTaskBoolean31) =
            (n[28] > 0, n[29] > 0, n[30] > 0, n[31] > 0);
        (MultiTaskBoolean32, MultiTaskBoolean33, MultiTaskBoolean34, MultiTaskBoolean35) =
            (n[32] > 0, n[33] > 0, n[34] > 0, n[35] > 0);
        (MultiTaskBoolean36, MultiTaskBoolean37, MultiTaskBoolean38, MultiTaskBoolean39) =
            (n[36] > 0, n[37] > 0, n[38] > 0, n[39] > 0);
        (MultiTaskBoolean40, MultiTaskBoolean41, MultiTaskBoolean42, MultiTaskBoolean43) =
            (n[40] > 0, n[41] > 0, n[42] > 0, n[43] > 0);
        (MultiTaskBoolean44, MultiTaskBoolean45, MultiTaskBoolean46, MultiTaskBoolean47) =
            (n[44] > 0, n[45] > 0, n[46] > 0, n[47] > 0);
        (MultiTaskBoolean48, MultiTaskBoolean49, MultiTaskBoolean50, MultiTaskBoolean51) =
            (n[48] > 0, n[49] > 0, n[50] > 0, n[51] > 0);
        (MultiTaskBoolean52, MultiTaskBoolean53, MultiTaskBoolean54, MultiTaskBoolean55) =
            (n[52] > 0, n[53] > 0, n[54] > 0, n[55] > 0);
        (MultiTaskBoolean56, MultiTaskBoolean57, MultiTaskBoolean58, MultiTaskBoolean59) =
            (n[56] > 0, n[57] > 0, n[58] > 0, n[59] > 0);
        (MultiTaskBoolean60, MultiTaskBoolean61, MultiTaskBoolean62, MultiTaskBoolean63) =
            (n[60] > 0, n[61] > 0, n[62] > 0, n[63] > 0);
    }
}

/// <summary>Takes numbers off a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BooleansFactory : CustomMappingFactory<RowNumbers, RowBooleans>
{
    internal const string Contract = "MLNet.MultiTask.Booleans";

    /// <inheritdoc/>
    public override Action<RowNumbers, RowBooleans> GetMapping() => RowParts.Map;
}
