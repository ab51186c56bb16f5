using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

// A custom mapping has the columns of a class: fields by the dozen take many numbers apart in one stage of a chain.
#pragma warning disable CA1051 // They are columns, not state.

/// <summary>The first numbers of a row as columns of type UInt32.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowIntegers : IRowParts
{
    /// <summary>Each number as an integer; 0 where it is missing.</summary>
    public uint MultiTaskInteger00, MultiTaskInteger01, MultiTaskInteger02, MultiTaskInteger03, MultiTaskInteger04,
        MultiTaskInteger05, MultiTaskInteger06, MultiTaskInteger07, MultiTaskInteger08, MultiTaskInteger09,
        MultiTaskInteger10, MultiTaskInteger11, MultiTaskInteger12, MultiTaskInteger13, MultiTaskInteger14,
        MultiTaskInteger15, MultiTaskInteger16, MultiTaskInteger17, MultiTaskInteger18, MultiTaskInteger19,
        MultiTaskInteger20, MultiTaskInteger21, MultiTaskInteger22, MultiTaskInteger23, MultiTaskInteger24,
        MultiTaskInteger25, MultiTaskInteger26, MultiTaskInteger27, MultiTaskInteger28, MultiTaskInteger29,
        MultiTaskInteger30, MultiTaskInteger31, MultiTaskInteger32, MultiTaskInteger33, MultiTaskInteger34,
        MultiTaskInteger35, MultiTaskInteger36, MultiTaskInteger37, MultiTaskInteger38, MultiTaskInteger39,
        MultiTaskInteger40, MultiTaskInteger41, MultiTaskInteger42, MultiTaskInteger43, MultiTaskInteger44,
        MultiTaskInteger45, MultiTaskInteger46, MultiTaskInteger47, MultiTaskInteger48, MultiTaskInteger49,
        MultiTaskInteger50, MultiTaskInteger51, MultiTaskInteger52, MultiTaskInteger53, MultiTaskInteger54,
        MultiTaskInteger55, MultiTaskInteger56, MultiTaskInteger57, MultiTaskInteger58, MultiTaskInteger59,
        MultiTaskInteger60, MultiTaskInteger61, MultiTaskInteger62, MultiTaskInteger63;

    /// <summary>The numbers that follow.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }

    void IRowParts.Read(ReadOnlySpan<float> n)
    {
        (MultiTaskInteger00, MultiTaskInteger01, MultiTaskInteger02, MultiTaskInteger03) =
            (Whole(n[0]), Whole(n[1]), Whole(n[2]), Whole(n[3]));
        (MultiTaskInteger04, MultiTaskInteger05, MultiTaskInteger06, MultiTaskInteger07) =
            (Whole(n[4]), Whole(n[5]), Whole(n[6]), Whole(n[7]));
        (MultiTaskInteger08, MultiTaskInteger09, MultiTaskInteger10, MultiTaskInteger11) =
            (Whole(n[8]), Whole(n[9]), Whole(n[10]), Whole(n[11]));
        (MultiTaskInteger12, MultiTaskInteger13, MultiTaskInteger14, MultiTaskInteger15) =
            (Whole(n[12]), Whole(n[13]), Whole(n[14]), Whole(n[15]));
        (MultiTaskInteger16, MultiTaskInteger17, MultiTaskInteger18, MultiTaskInteger19) =
            (Whole(n[16]), Whole(n[17]), Whole(n[18]), Whole(n[19]));
        (MultiTaskInteger20, MultiTaskInteger21, MultiTaskInteger22, MultiTaskInteger23) =
            (Whole(n[20]), Whole(n[21]), Whole(n[22]), Whole(n[23]));
        (MultiTaskInteger24, MultiTaskInteger25, MultiTaskInteger26, MultiTaskInteger27) =
            (Whole(n[24]), Whole(n[25]), Whole(n[26]), Whole(n[27]));
        (MultiTaskInteger28, MultiTaskInteger29, MultiTaskInteger30, MultiTaskInteger31) =
            (Whole(n[28]), Whole(n[29]), Whole(n[30]), Whole(n[31]));
        (MultiTaskInteger32, MultiTaskInteger33, MultiTaskInteger34, MultiTaskInteger35) =
            (Whole(n[32]), Whole(n[33]), Whole(n[34]), Whole(n[35]));
        (MultiTaskInteger36, MultiTaskInteger37, MultiTaskInteger38, MultiTaskInteger39) =
            (Whole(n[36]), Whole(n[37]), Whole(n[38]), Whole(n[39]));
        (MultiTaskInteger40, MultiTaskInteger41, MultiTaskInteger42, MultiTaskInteger43) =
            (Whole(n[40]), Whole(n[41]), Whole(n[42]), Whole(n[43]));
        (MultiTaskInteger44, MultiTaskInteger45, MultiTaskInteger46, MultiTaskInteger47) =
            (Whole(n[44]), Whole(n[45]), Whole(n[46]), Whole(n[47]));
        (MultiTaskInteger48, MultiTaskInteger49, MultiTaskInteger50, MultiTaskInteger51) =
            (Whole(n[48]), Whole(n[49]), Whole(n[50]), Whole(n[51]));
        (MultiTaskInteger52, MultiTaskInteger53, MultiTaskInteger54, MultiTaskInteger55) =
            (Whole(n[52]), Whole(n[53]), Whole(n[54]), Whole(n[55]));
        (MultiTaskInteger56, MultiTaskInteger57, MultiTaskInteger58, MultiTaskInteger59) =
            (Whole(n[56]), Whole(n[57]), Whole(n[58]), Whole(n[59]));
        (MultiTaskInteger60, MultiTaskInteger61, MultiTaskInteger62, MultiTaskInteger63) =
            (Whole(n[60]), Whole(n[61]), Whole(n[62]), Whole(n[63]));
    }

    internal static uint Whole(float number) => number > 0 ? (uint)number : 0;
}

/// <summary>Takes numbers off a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class IntegersFactory : CustomMappingFactory<RowNumbers, RowIntegers>
{
    internal const string Contract = "MLNet.MultiTask.Integers";

    /// <inheritdoc/>
    public override Action<RowNumbers, RowIntegers> GetMapping() => RowParts.Map;
}
