using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Tests.Schema;

[TestClass]
public class KeyValueTextsTests
{
    [TestMethod]
    public void Of_EveryTypeOfValue_ComesBackExactlyInAnyCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            foreach (string culture in (string[])["", "de-DE", "ar-SA"])
            {
                CultureInfo.CurrentCulture = new CultureInfo(culture);
                RoundTrips(TextDataViewType.Instance, "a".AsMemory(), "ü,b".AsMemory());
                RoundTrips(BooleanDataViewType.Instance, true, false);
                RoundTrips(NumberDataViewType.Single, 0.1f, -1e-40f);
                RoundTrips(NumberDataViewType.Double, 0.1, double.MaxValue);
                RoundTrips(NumberDataViewType.SByte, (sbyte)-7, (sbyte)7);
                RoundTrips(NumberDataViewType.UInt64, ulong.MaxValue, 1UL);
                RoundTrips(NumberDataViewType.Int64, long.MinValue, 1L);
                RoundTrips(DateTimeDataViewType.Instance,
                    new DateTime(2026, 11, 21, 1, 2, 3, DateTimeKind.Utc).AddTicks(7), new DateTime(5));
                RoundTrips(DateTimeOffsetDataViewType.Instance,
                    new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(5.5)), new DateTimeOffset(7, default));
                RoundTrips(TimeSpanDataViewType.Instance, TimeSpan.FromTicks(-123456789), TimeSpan.FromDays(3));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Of_KeyWithoutValues_NumbersFromOne()
    {
        KeyValueTexts texts = KeyValueTexts.Of(Column(DataViewSchema.Annotations.Empty, 3), 3);

        CollectionAssert.AreEqual(new[] { "1", "2", "3" }, texts.Texts.ToArray());
    }

    [TestMethod]
    [DataRow("Int32", "x")]
    [DataRow("Int32", "1.5")]
    [DataRow("Int32", "99999999999")]
    [DataRow("Boolean", "yes")]
    [DataRow("Single", "")]
    [DataRow("System.IO.File", "x")]
    public void ThrowIfInvalid_TypeOrTextThatDoesNotFit_IsRefused(string type, string text) =>
        Assert.ThrowsExactly<FormatException>(() => new KeyValueTexts(type, ["1", text]).ThrowIfInvalid());

    private static void RoundTrips<T>(PrimitiveDataViewType type, params T[] values)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(type, values.Length), (ref VBuffer<T> v) =>
            VBuffer<T>.Copy(values, 0, ref v, values.Length));
        KeyValueTexts texts = KeyValueTexts.Of(Column(annotations.ToAnnotations(), values.Length), values.Length);
        var copy = new DataViewSchema.Annotations.Builder();
        texts.AddTo(copy);
        VBuffer<T> back = default;
        copy.ToAnnotations().GetValue("KeyValues", ref back);

        CollectionAssert.AreEqual(values.Select(v => v!.ToString()).ToArray(),
            back.DenseValues().Select(v => v!.ToString()).ToArray());
        if (typeof(T) != typeof(ReadOnlyMemory<char>))
            CollectionAssert.AreEqual(values, back.DenseValues().ToArray());
    }

    private static DataViewSchema.Column Column(DataViewSchema.Annotations annotations, int count)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Key", new KeyDataViewType(typeof(uint), count), annotations);
        return schema.ToSchema()[0];
    }
}
