using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.QuickStart;

/// <summary>One line of digits.csv: 8×8 pixels (0–16) and the digit written.</summary>
public sealed class DigitImage
{
    [LoadColumn(0, 63), VectorType(64)]
    public float[] Pixels { get; set; } = [];

    [LoadColumn(64)]
    public float Digit { get; set; }
}

/// <summary>Sixteen yes/no questions about the digit: the label columns. The digit itself is never a feature.</summary>
public sealed class DigitTasks
{
    public bool Is0 { get; set; }
    public bool Is1 { get; set; }
    public bool Is2 { get; set; }
    public bool Is3 { get; set; }
    public bool Is4 { get; set; }
    public bool Is5 { get; set; }
    public bool Is6 { get; set; }
    public bool Is7 { get; set; }
    public bool Is8 { get; set; }
    public bool Is9 { get; set; }
    public bool Even { get; set; }
    public bool Prime { get; set; }
    public bool AtLeastFive { get; set; }
    public bool ClosedLoop { get; set; }
    public bool MultipleOfThree { get; set; }
    public bool StraightStroke { get; set; }

    public static readonly string[] Names =
    [
        nameof(Is0), nameof(Is1), nameof(Is2), nameof(Is3), nameof(Is4),
        nameof(Is5), nameof(Is6), nameof(Is7), nameof(Is8), nameof(Is9),
        nameof(Even), nameof(Prime), nameof(AtLeastFive), nameof(ClosedLoop), nameof(MultipleOfThree),
        nameof(StraightStroke),
    ];

    public static void FromImage(DigitImage image, DigitTasks tasks)
    {
        int digit = (int)image.Digit;
        (tasks.Is0, tasks.Is1, tasks.Is2, tasks.Is3, tasks.Is4) =
            (digit == 0, digit == 1, digit == 2, digit == 3, digit == 4);
        (tasks.Is5, tasks.Is6, tasks.Is7, tasks.Is8, tasks.Is9) =
            (digit == 5, digit == 6, digit == 7, digit == 8, digit == 9);
        tasks.Even = digit % 2 == 0;
        tasks.Prime = digit is 2 or 3 or 5 or 7;
        tasks.AtLeastFive = digit >= 5;
        tasks.ClosedLoop = digit is 0 or 4 or 6 or 8 or 9;
        tasks.MultipleOfThree = digit % 3 == 0;
        tasks.StraightStroke = digit is 1 or 4 or 7;
    }
}
