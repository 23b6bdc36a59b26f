import { describe, expect, it } from 'vitest'
import { createBoundedText } from '../../src/report/bounded-text.ts'

describe('a sheet of paper', () => {
  it('holds what fits, counted in bytes and not in characters', () => {
    const paper = createBoundedText(6)
    paper.add('部署')
    expect({ text: paper.text(), cut: paper.isCut() }).toEqual({ text: '部署', cut: false })
    paper.add('a')
    expect({ text: paper.text(), cut: paper.isCut() }).toEqual({ text: '部署', cut: true })
  })

  it('takes a part whole or not at all, and nothing after one that did not fit', () => {
    const paper = createBoundedText(5)
    paper.add('abc')
    paper.add('def')
    paper.add('g')
    expect(paper.text()).toBe('abc')
  })

  it('closes a frame of which not all rows fit', () => {
    const paper = createBoundedText(6)
    paper.frame('<', ['1', '2', '3', '4', '5'], '>')
    expect({ text: paper.text(), cut: paper.isCut() }).toEqual({ text: '<1234>', cut: true })
  })

  it('leaves a frame out that does not fit empty', () => {
    const paper = createBoundedText(3)
    paper.frame('<<', ['1'], '>>')
    expect({ text: paper.text(), cut: paper.isCut() }).toEqual({ text: '', cut: true })
  })

  it('of no size holds nothing', () => {
    const paper = createBoundedText(0)
    paper.add('')
    expect(paper.isCut()).toBe(false)
    paper.add('a')
    expect({ text: paper.text(), cut: paper.isCut() }).toEqual({ text: '', cut: true })
  })
})
