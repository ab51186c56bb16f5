using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public class ContainerTests
{
    private const string Sections =
        """[{"name":"a","type":"F32","shape":[2],"begin":0,"end":8},{"name":"b","type":"U8","shape":[3],"begin":8,"end":11}]""";
    private static readonly byte[] s_payload = [0, 0, 128, 63, 0, 0, 0, 64, 7, 8, 9];

    [TestMethod]
    public void Write_ThenRead_GivesTheSameArraysAndBytes()
    {
        Section[] sections = [Section.Of("f", [1f, -2f, 3f, 4f, 5f, 6f], 2, 3), Section.Of("d", [0.1, 0.2]),
            Section.Of("i", [1, -1], 2, 1), Section.Of("u", [3, 4])];
        byte[] bytes = Written(sections);

        IReadOnlyList<Section> read = Open(bytes).ReadSections();

        for (int i = 0; i < sections.Length; i++)
        {
            Assert.AreEqual(sections[i].Name, read[i].Name);
            CollectionAssert.AreEqual(sections[i].Shape, read[i].Shape);
            CollectionAssert.AreEqual(sections[i].Data, read[i].Data);
        }
        CollectionAssert.AreEqual(bytes, Written(read));
    }

    [TestMethod]
    public void Open_FileBuiltByHand_IsRead()
    {
        ContainerReader reader = Open(File(Header()));

        CollectionAssert.AreEqual(new[] { 1f, 2f }, reader.ReadSections()[0].Data);
        Assert.AreEqual(0, reader.Content(TestContentJson.Default.TestContent).X);
    }

    [TestMethod]
    [DataRow("", "magic number")]
    [DataRow("4D54", "magic number")]
    [DataRow("4D54534B010000", "header length")]
    [DataRow("504B0304140000000000000000000000", "magic number")] // zip
    [DataRow("08071200000000000000000000000000", "magic number")] // ONNX
    [DataRow("80027D71002E00000000000000000000", "magic number")] // pickle
    [DataRow("7B226E616D65223A2261227D20202020", "magic number")] // text
    [DataRow("4D54534B000000000100000000000000", "version")]
    [DataRow("4D54534B050000000100000000000000", "version")]
    [DataRow("4D54534BFFFFFFFF0100000000000000", "version")]
    [DataRow("4D54534B010000000000000000000000", "header length")]
    [DataRow("4D54534B010000000100000400000000", "header length")] // 64 MiB + 1
    [DataRow("4D54534B010000000000000000000080", "header length")] // 2^63
    [DataRow("4D54534B01000000FFFFFFFFFFFFFFFF", "header length")]
    [DataRow("4D54534B010000000A000000000000007B7D", "header")] // longer than the file
    public void Open_BadPrefix_NamesTheSection(string hex, string section) =>
        Refused(Convert.FromHexString(hex), section);

    [TestMethod]
    public void Open_FutureVersion_NamesBothVersions() =>
        StringAssert.Contains(Refused(Convert.FromHexString("4D54534B070000000100000000000000"), "version").Message,
            $"format version 7, {Container.Producer} reads versions 1 to 4");

    [TestMethod]
    public void Open_FutureVersion_NamesTheLibraryThatWroteIt()
    {
        byte[] file = File("""{"producer":"MLNet.MultiTask 9.9.9","parts":[1,{"other":null}]}""");
        file[4] = 8;
        StringAssert.Contains(Refused(file, "version").Message,
            $"format version 8, written by MLNet.MultiTask 9.9.9, {Container.Producer} reads versions 1 to 4");
    }

    [TestMethod]
    public void Open_HeaderNotUtf8_IsRefused() =>
        Refused(File([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]), "header");

    [TestMethod]
    public void Open_StringNotUtf8_IsRefused()
    {
        byte[] header = Encoding.UTF8.GetBytes(Header());
        header[Encoding.UTF8.GetString(header).IndexOf("Test", StringComparison.Ordinal)] = 0xFF;

        Refused(File(header), "header");
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("17")]
    [DataRow("{")]
    [DataRow("{}")]
    [DataRow("not json")]
    public void Open_HeaderNotTheObject_IsRefused(string header) => Refused(File(header), "header");

    [TestMethod]
    public void Open_NestedTenThousandDeep_IsRefused() => Refused(File(new string('[', 10_000)), "header");

    [TestMethod]
    public void Open_OneMebibyteOfSpaces_IsRefused() => Refused(File(new string(' ', 1 << 20)), "header");

    [TestMethod]
    public void Open_DuplicateKey_IsRefused()
    {
        Refused(File(Header().Replace("\"producer\"", "\"kind\":\"Test\",\"producer\"", StringComparison.Ordinal)),
            "header");
        Refused(File(Header().Replace("\"name\":\"b\"", "\"name\":\"b\",\"name\":\"b\"", StringComparison.Ordinal)),
            "header");
        Refused(File(Header(content: """{"x":1,"x":2}""")), "header");
    }

    [TestMethod]
    public void Open_UnknownOrMissingProperty_IsRefused()
    {
        Refused(File(Header().Replace("\"producer\"", "\"loader\":\"x.dll\",\"producer\"", StringComparison.Ordinal)),
            "header");
        Refused(File(Header().Replace("\"producer\":\"t\",", "", StringComparison.Ordinal)), "header");
        Refused(File(Header().Replace("\"producer\":\"t\"", "\"producer\":null", StringComparison.Ordinal)), "header");
    }

    [TestMethod]
    public void Content_UnknownProperty_IsRefused()
    {
        ContainerReader reader = Open(File(Header(content: """{"x":1,"y":2}""")));

        Assert.AreEqual("content", Assert.ThrowsExactly<ModelFormatException>(() =>
            reader.Content(TestContentJson.Default.TestContent)).Section);
    }

    [TestMethod]
    [DataRow("""{"name":"b","type":"U8","shape":[3],"begin":7,"end":10}""", "b")] // overlap
    [DataRow("""{"name":"b","type":"U8","shape":[3],"begin":9,"end":12}""", "b")] // hole
    [DataRow("""{"name":"b","type":"U8","shape":[3],"begin":8,"end":12}""", "b")]
    [DataRow("""{"name":"b","type":"U8","shape":[3],"begin":8,"end":7}""", "b")]
    [DataRow("""{"name":"b","type":"U8","shape":[-3],"begin":8,"end":5}""", "b")]
    [DataRow("""{"name":"b","type":"U8","shape":[4],"begin":8,"end":12}""", "sections")] // behind the end of the file
    [DataRow("""{"name":"b","type":"F32","shape":[4294967296,4294967296],"begin":8,"end":8}""", "b")] // overflows to 0
    [DataRow("""{"name":"b","type":"F64","shape":[2305843009213693952],"begin":8,"end":8}""", "b")]
    [DataRow("""{"name":"b","type":"F32","shape":[2147483648],"begin":8,"end":8589934600}""", "b")] // 8 GiB
    [DataRow("""{"name":"b","type":"BF16","shape":[3],"begin":8,"end":11}""", "b")]
    [DataRow("""{"name":"b","type":"u8","shape":[3],"begin":8,"end":11}""", "b")]
    [DataRow("""{"name":"b","type":3,"shape":[3],"begin":8,"end":11}""", "header")]
    [DataRow("""{"name":"b","type":"U8","shape":[3.5],"begin":8,"end":11}""", "header")]
    [DataRow("""{"name":"b","type":"U8","shape":[3],"begin":8,"end":11,}""", "header")]
    [DataRow("null", "header")]
    public void Open_BadSection_IsNamed(string second, string section) => Refused(File(Header(
        $$"""[{"name":"a","type":"F32","shape":[2],"begin":0,"end":8},{{second}}]""")), section);

    [TestMethod]
    public void ThrowUnlessSectionsAre_NameTypeShapeOrCountDiffers_IsRefused()
    {
        (string, string, long[])[] right = [("a", "F32", [2]), ("b", "U8", [3])];
        Open(File(Header())).ThrowUnlessSectionsAre(right);

        foreach ((string, string, long[])[] wrong in (IEnumerable<(string, string, long[])[]>)
            [[right[0]], [.. right, right[1]], [right[1], right[0]], [right[0], ("b\0", "U8", [3])],
                [right[0], ("b", "I32", [3])], [right[0], ("b", "U8", [3, 1])]])
            Assert.ThrowsExactly<ModelFormatException>(() => Open(File(Header())).ThrowUnlessSectionsAre(wrong));
    }

    [TestMethod]
    [DataRow("../b")]
    [DataRow("b\\u0000")]
    [DataRow("\\u202eb")]
    public void ThrowUnlessSectionsAre_StrangeName_IsRefused(string name)
    {
        string sections = Sections.Replace("\"b\"", $"\"{name}\"", StringComparison.Ordinal);

        Assert.ThrowsExactly<ModelFormatException>(() =>
            Open(File(Header(sections))).ThrowUnlessSectionsAre([("a", "F32", [2]), ("b", "U8", [3])]));
    }

    [TestMethod]
    public void ThrowUnlessSectionsAre_HugeName_GivesAShortMessage()
    {
        string sections = Sections.Replace("\"b\"", $"\"{new string('x', 1_000_000)}\"", StringComparison.Ordinal);

        ModelFormatException e = Assert.ThrowsExactly<ModelFormatException>(
            () => Open(File(Header(sections))).ThrowUnlessSectionsAre([("a", "F32", [2]), ("b", "U8", [3])]));

        Assert.IsLessThan(1000, e.Message.Length);
    }

    [TestMethod]
    public void Open_OtherKind_IsRefused() =>
        Refused(File(Header().Replace("Test", "Best", StringComparison.Ordinal)), "kind");

    [TestMethod]
    public void ReadSections_OneBitOfTheChecksumWrong_IsRefused()
    {
        byte[] file = File(Header());
        file[^1] ^= 1;

        Refused(file, "checksum");
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void ReadSections_ValueNotFinite_IsRefused(float value)
    {
        byte[] payload = [.. s_payload];
        BinaryPrimitives.WriteSingleLittleEndian(payload.AsSpan(4), value);

        StringAssert.Contains(Refused(File(Encoding.UTF8.GetBytes(Header()), payload), "a").Message,
            "value 1 is not finite");
    }

    [TestMethod]
    public void Write_ValueNotFinite_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Written([Section.Of("a", [1f, float.NaN])])).Message,
            "Value 1 of section 'a' is not finite");

    [TestMethod]
    public void ThrowUnlessAtEnd_TrailingByte_IsRefused()
    {
        var stream = new MemoryStream([.. File(Header()), 0]);
        ContainerReader.Open(stream, "Test", new()).ReadSections();

        Assert.AreEqual("end", Assert.ThrowsExactly<ModelFormatException>(() =>
            ContainerReader.ThrowUnlessAtEnd(stream)).Section);
    }

    [TestMethod]
    [DataRow(100)]
    [DataRow(200)]
    public void Open_OverTheLimitOfBytes_IsRefused(long limit)
    {
        byte[] file = File(Header());
        Assert.IsGreaterThan(limit, file.LongLength);

        Assert.ThrowsExactly<ModelFormatException>(() =>
            ContainerReader.Open(new MemoryStream(file), "Test", new() { MaxBytes = limit }));
    }

    [TestMethod]
    public void Open_LimitNotPositive_NamesIt() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => ContainerReader.Open(new MemoryStream(), "Test", new() { MaxTasks = 0 })).Message,
            "MaxTasks must be at least 1");

    private static ModelFormatException Refused(byte[] file, string section)
    {
        ModelFormatException e = Assert.ThrowsExactly<ModelFormatException>(() => Open(file).ReadSections());
        Assert.AreEqual(section, e.Section, e.Message);
        return e;
    }

    private static ContainerReader Open(byte[] file) => ContainerReader.Open(new MemoryStream(file), "Test", new());

    private static byte[] Written(IReadOnlyList<Section> sections)
    {
        var stream = new MemoryStream();
        Container.Write(stream, "Test",
            JsonSerializer.SerializeToElement(new TestContent(5), TestContentJson.Default.TestContent), sections);
        return stream.ToArray();
    }

    private static string Header(string sections = Sections, string content = """{"x":0}""") =>
        $$"""{"kind":"Test","producer":"t","content":{{content}},"sections":{{sections}}}""";

    private static byte[] File(string header) => File(Encoding.UTF8.GetBytes(header));

    private static byte[] File(byte[] header, byte[]? payload = null)
    {
        var prefix = new byte[16];
        "MTSK"u8.CopyTo(prefix);
        prefix[4] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(prefix.AsSpan(8), header.Length);
        byte[] body = [.. prefix, .. header, .. payload ?? s_payload];
        return [.. body, .. SHA256.HashData(body)];
    }
}
