namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>Facts of one kind: a table for people, an array of objects for scripts.</summary>
/// <param name="key">The name for scripts; tables of one name are joined.</param>
/// <param name="title">The title for people.</param>
/// <param name="columns">The columns, which are also the objects' properties.</param>
internal sealed class FactTable(string key, string title, params Column[] columns)
{
    private readonly List<Cell[]> _rows = [];

    public string Key => key;

    public string Title => title;

    public IReadOnlyList<Column> Columns => columns;

    public IReadOnlyList<Cell[]> Rows => _rows;

    public void Add(params Cell[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"The table '{key}' has {columns.Length} columns, not {cells.Length}.", nameof(cells));
        }

        _rows.Add(cells);
    }
}
